import Foundation
import SeededRandomness

/// Corrects errors by telling parities: Cascade (Brassard and Salvail: Secret-Key Reconciliation by Public Discussion, 1993), four passes.
struct ParityReconciliation {
    private static let passes = 4

    private let alice: [Bool]
    private(set) var bob: [Bool]
    private let firstBlockSize: Int
    /// Parities that Alice told.
    private(set) var toldParities = 0
    /// Bits that Bob changed.
    private(set) var corrections = 0
    /// Of each pass, the places of each block, and the block of each place.
    private var blocks: [[[Int]]] = []
    private var blockOf: [[Int]] = []

    init(alice: [Bool], bob: [Bool], errorRate: Double) {
        (self.alice, self.bob) = (alice, bob)
        firstBlockSize = max(2, min(alice.count, Int(0.73 / max(errorRate, 0.001))))
    }

    mutating func run(_ generator: inout SplitMix64) {
        guard !alice.isEmpty else { return }
        for pass in 0..<Self.passes {
            let order = pass == 0 ? Array(alice.indices) : alice.indices.shuffled(using: &generator)
            let size = min(alice.count, firstBlockSize << pass)
            let cut = stride(from: 0, to: order.count, by: size).map { Array(order[$0..<min($0 + size, order.count)]) }
            blocks.append(cut)
            var blockOf = [Int](repeating: 0, count: alice.count)
            for (number, places) in cut.enumerated() { for place in places { blockOf[place] = number } }
            self.blockOf.append(blockOf)
            toldParities += cut.count
            for number in cut.indices { correct(pass, number) }
        }
    }

    /// Corrects one error of a block, if its parities differ, and all that show in other passes thereby.
    private mutating func correct(_ pass: Int, _ number: Int) {
        var waiting = [(pass, number)]
        while let (pass, number) = waiting.popLast() {
            guard isOdd(blocks[pass][number]) else { continue }
            let place = errorPlace(blocks[pass][number])
            bob[place].toggle()
            corrections += 1
            for other in blocks.indices { waiting.append((other, blockOf[other][place])) }
        }
    }

    /// Whether Alice's and Bob's parities differ.
    private func isOdd(_ places: [Int]) -> Bool { places.count { alice[$0] != bob[$0] } % 2 == 1 }

    /// Halves a block whose parities differ until one place is left; each half costs a parity.
    private mutating func errorPlace(_ places: [Int]) -> Int {
        var places = places[...]
        while places.count > 1 {
            let half = places.prefix(places.count / 2)
            toldParities += 1
            places = isOdd(Array(half)) ? half : places.dropFirst(half.count)
        }
        return places[places.startIndex]
    }
}

/// Makes bits that an eavesdropper knows in part into fewer bits that it does not know.
enum PrivacyAmplification {
    /// The product of a Toeplitz matrix with the bits: result[i] = Σ seed[i + n − 1 − j] · bits[j] modulo 2 (Krawczyk: LFSR-based Hashing and
    /// Authentication, 1994).
    ///
    /// - Parameter seed: bits.count + length − 1 bits.
    static func toeplitz(_ bits: [Bool], seed: [Bool], length: Int) -> [Bool] {
        precondition(seed.count == bits.count + length - 1, "a Toeplitz matrix has a number for each diagonal")
        return (0..<length).map { row in
            bits.indices.count { bits[$0] && seed[row + bits.count - 1 - $0] } % 2 == 1
        }
    }
}

enum BinaryEntropy {
    /// −p log2 p − (1 − p) log2 (1 − p); 0 at both ends.
    static func bits(_ probability: Double) -> Double {
        guard probability > 0, probability < 1 else { return 0 }
        return -probability * log2(probability) - (1 - probability) * log2(1 - probability)
    }
}
