import Basics
import Crypto
import Testing

@testable import StegoKit

/// Stego samples that earlier releases made: as long as these stay, what they hid opens.
@Suite("Format vectors")
struct FormatVectorTests {
    /// An image that depends on nothing but this formula.
    private func cover() throws -> SamplePlanes {
        var state: UInt32 = 1
        let plane = (0..<96 * 128).map { index -> UInt16 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt16(500 + index / 128 * 7 + index % 128 * 3) + UInt16(state >> 29)
        }
        return try SamplePlanes(rows: 96, columns: 128, bitsStored: 12, planes: [plane], forbiddenLevels: 0...1)
    }

    private func payload(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) } }

    private func digest(_ planes: SamplePlanes) -> String {
        hexadecimal(SHA256.hash(data: planes.planes.flatMap { $0.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } }))
    }

    @Test(
        "a method makes the samples that it has always made",
        arguments: [
            (EmbeddingMethod.reversible, "335bfde1da149a669fb1acfa39d6e99735cfa6b6032c6f9fa835453904fc4308"),
            (.leastSignificantBit, "e549dd5fea227e368c0cfee96b3d0a0647d5976e46b327a3317f9b99e864112e"),
        ])
    func samples(_ method: EmbeddingMethod, _ expected: String) throws {
        var planes = try cover()
        _ = try method.embed(payload(300), into: &planes, key: TestKeys.instance())
        #expect(digest(planes) == expected)
        #expect(try EmbeddingMethod.extract(from: &planes, key: TestKeys.instance()).payload == payload(300))
    }
}
