import SeededRandomness
import TestSupport

@testable import StegoKit

/// How costs are distributed over the elements; the first three are the profiles of Filler, Judas and Fridrich.
enum CostProfile: CaseIterable {
    case constant, linear, square
    /// Six decades, evenly in the logarithm, as cost maps of images have them.
    case sixDecades
    case quarterWet
    case halfFree

    func costs(_ count: Int, _ generator: inout SplitMix64) -> [Float] {
        (0..<count).map { _ in
            let uniform = Float.random(in: 0..<1, using: &generator)
            switch self {
            case .constant: return 1
            case .linear: return uniform
            case .square: return uniform * uniform
            case .sixDecades: return Float(sign: .plus, exponent: Int(uniform * 20), significand: 1 + uniform)
            case .quarterWet: return generator.below(4) == 0 ? .infinity : uniform
            case .halfFree: return generator.below(2) == 0 ? 0 : uniform
            }
        }
    }
}

extension SplitMix64 {
    mutating func bits(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(next() >> 40 & 1) } }

    /// Uniform costs in 0 ..< 1, some wet.
    mutating func costs(_ count: Int, wetShare: Double = 0) -> [Float] {
        (0..<count).map { _ in
            Double.random(in: 0..<1, using: &self) < wetShare ? .infinity : Float.random(in: 0..<1, using: &self)
        }
    }

    /// Costs as the vector trellis takes them, some of them equal, some wet.
    mutating func quantisedCosts(_ count: Int, below bound: Int, wetShare: Double) -> [UInt16] {
        (0..<count).map { _ in Double.random(in: 0..<1, using: &self) < wetShare ? .max : UInt16(below(bound)) }
    }

    mutating func problem(height: Int, elements: Int, bits: Int) -> TrellisProblem {
        var problem = TrellisProblem(
            constraintHeight: height, placement: BlockPlacement(elementCount: elements, blockCount: bits))
        problem.syndrome = self.bits(bits)
        return problem
    }
}

func exactCosts(_ costs: [UInt16]) -> [Double] { costs.map { $0 == .max ? .infinity : Double($0) } }

func sum(_ costs: [Double], over changes: [UInt8]) -> Double {
    zip(costs, changes).reduce(0) { $1.1 == 0 ? $0 : $0 + $1.0 }
}
