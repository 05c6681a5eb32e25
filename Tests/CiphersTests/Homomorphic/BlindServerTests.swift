import Foundation
import SeededRandomness
import TestSupport
import Testing

@testable import Ciphers

/// Sums by another process, which gets ciphertexts and no key.
@Suite("A blind server")
struct BlindServerTests {
    /// The program that `swift build` made beside the tests.
    private static let program =
        ((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")).map {
            ($0 as NSString).deletingLastPathComponent
        } ?? ".") + "/TestBlindServer"

    private func sum(_ frames: [(sign: Character, frame: AdditiveFrame)]) async throws -> Finished {
        var input: [UInt8] = []
        for (sign, frame) in frames {
            let bytes = AdditiveCoding.encode(frame)
            input += LittleEndian.bytes(UInt32(bytes.count)) + Array(String(sign).utf8) + bytes
        }
        return try await run(Self.program, [], input: input)
    }

    @Test(
        "adds, averages and subtracts frames that it cannot read; the client's result is that of the plain frames",
        arguments: [false, true])
    func sums(isSigned: Bool) async throws {
        var generator = SplitMix64(seed: 71)
        let count = 64 * 48
        let plane = try Plane(
            width: 64, height: 48, frames: 6, bits: 12, isSigned: isSigned,
            samples: (0..<6 * count).map { _ in UInt16(truncatingIfNeeded: generator.next() >> 20) & 4095 })
        let plain = (0..<6).map { frame in (0..<count).map { plane.value(of: plane.samples[frame * count + $0]) } }
        let client = AdditiveCipher(key: try CipherInputs.key(71))
        let sealed = try client.encrypt(plane, summands: 6)

        let mask = try AdditiveCoding.decode(try await sum(sealed[..<4].map { ("+", $0) }).outputBytes)
        let opened = try client.open(mask)
        #expect(opened == (0..<count).map { place in (0..<4).reduce(0) { $0 + plain[$1][place] } })
        // Digital subtraction: a contrast frame, four times, less two mask frames.
        let contrast = [(Character("+"), sealed[4])] + [Character("+"), "+", "+"].map { ($0, sealed[4]) } + sealed[..<2].map { ("-", $0) }
        let difference = try AdditiveCoding.decode(try await sum(contrast).outputBytes)
        #expect(try client.open(difference) == (0..<count).map { 4 * plain[4][$0] - plain[0][$0] - plain[1][$0] })
        // Without the key the sum is not there: another key opens noise.
        let other = try AdditiveCipher(key: try CipherInputs.key(72)).open(mask)
        #expect(zip(other, opened).count { $0 == $1 } < count / 100)
    }

    @Test("refuses what is no frame, and sums beyond the agreed number")
    func refusals() async throws {
        #expect(try await run(Self.program, [], input: [1, 2, 3]).status == 1)
        #expect(try await run(Self.program, [], input: [0, 0, 0, 0, 43]).status == 1)
        let frame = try AdditiveCipher(key: try CipherInputs.key(73)).encrypt(
            try CipherInputs.image(width: 9, height: 9, bits: 8), summands: 1)[0]
        #expect(try await sum([("+", frame), ("+", frame)]).status == 1)
    }
}
