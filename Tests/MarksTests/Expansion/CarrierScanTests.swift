import SeededRandomness
import Testing

@testable import Marks

@Suite("The fast kernels do what the plain ones do")
struct CarrierScanTests {
    /// Blocks of every kind inside a plane: smooth, noisy, near the ends of the range, with padding.
    private static func block(_ random: inout SplitMix64) throws -> SamplePlane {
        let (height, width) = (Int.random(in: 1...80, using: &random), Int.random(in: 1...80, using: &random))
        let noise: Int32 = [0, 1, 2, 5, 40, 3000].randomElement(using: &random) ?? 1
        let base = Int32.random(in: 0...4095, using: &random)
        let padding: Int32? = Bool.random(using: &random) ? Int32.random(in: 0...4095, using: &random) : nil
        let samples = (0..<height * width).map { _ in min(max(base + Int32.random(in: -noise...noise, using: &random), 0), 4095) }
        return try SamplePlane(height: height, width: width, range: 0...4095, padding: padding, samples: samples)
    }

    private static func mode(_ random: inout SplitMix64) -> ExpansionMode {
        ExpansionMode(thresholdIndex: .random(in: 0..<5, using: &random), spreadIndex: .random(in: 0..<19, using: &random))
    }

    @Test("Carriers, capacities, bits and restored samples agree on 400 random blocks")
    func agree() throws {
        var random = SplitMix64(seed: 11)
        var scan = CarrierScan()
        for _ in 0..<400 {
            let block = try Self.block(&random)
            let area = BlockArea(top: 0, left: 0, height: block.height, width: block.width)
            scan.fill(block, area)
            let candidates = PlainExpansion.candidates(of: block)
            #expect(scan.positions.prefix(scan.count).map(Int.init) == candidates.map { $0.row * block.width + $0.column })
            #expect(scan.predictions.prefix(scan.count) == candidates.map(\.prediction)[...])
            let costs = scan.costs(in: block, mostThresholds: 5)
            let mode = Self.mode(&random)
            let capacity = PlainExpansion.capacity(of: block, mode)
            #expect(costs.first { $0.mode == mode }?.capacity == capacity)
            guard let capacity else { continue }
            let bits = (0..<Int.random(in: 0...capacity, using: &random)).map { _ in UInt8.random(in: 0...1, using: &random) }
            let plain = PlainExpansion.embed(bits, in: block, mode)
            var fast = block.samples
            scan.embed(bits, into: &fast, mode)
            #expect(fast == plain.samples)
            scan.fill(plain, area)
            #expect(scan.bits(bits.count, in: fast, mode) == bits)
            let extracted = PlainExpansion.extract(from: plain, mode)
            #expect(extracted.block == block)
            #expect(extracted.bits.starts(with: bits))
            scan.undo(in: &fast, mode)
            #expect(fast == block.samples)
            #expect(plain.samples.allSatisfy { plain.range.contains($0) })
        }
    }

    @Test("The probe finds exactly the modes whose first eight bits are the byte")
    func probe() throws {
        var random = SplitMix64(seed: 12)
        var scan = CarrierScan()
        for _ in 0..<60 {
            let block = try Self.block(&random)
            scan.fill(block, BlockArea(top: 0, left: 0, height: block.height, width: block.width))
            var byMode: [UInt8: [ExpansionMode]] = [:]
            for threshold in 0..<5 {
                for spread in 0..<19 {
                    let mode = ExpansionMode(thresholdIndex: threshold, spreadIndex: spread)
                    let bits = PlainExpansion.extract(from: block, mode).bits
                    guard bits.count >= 8 else { continue }
                    byMode[BlockFrame.bytes(bits[..<8])[0], default: []].append(mode)
                }
            }
            for byte: UInt8 in [0x56, 0, 0xFF] { #expect(scan.modes(beginningWith: byte, in: block.samples) == byMode[byte] ?? []) }
            for (byte, modes) in byMode.prefix(3) { #expect(scan.modes(beginningWith: byte, in: block.samples) == modes) }
        }
    }

    @Test("A mode is its byte")
    func bytes() {
        let modes = (UInt8.min ... .max).compactMap { byte in ExpansionMode(byte: byte).map { ($0.byte, byte) } }
        #expect(modes.count == 95)
        #expect(modes.allSatisfy { $0.0 == $0.1 })
        #expect(ExpansionMode(byte: 255) == nil)
    }
}
