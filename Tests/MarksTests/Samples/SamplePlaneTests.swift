import Basics
import Testing

@testable import Marks

@Suite("Planes of samples")
struct SamplePlaneTests {
    @Test("A plane is what its sides say, in its range")
    func valid() throws {
        let plane = try SamplePlane(height: 2, width: 3, range: -4...4, padding: -4, samples: [0, 1, 2, -4, 4, 3])
        #expect(plane[1, 0] == -4)
        #expect(plane[1, 2] == 3)
    }

    @Test("Contradictions are refused", arguments: [(2, 2, [0, 0, 0]), (0, 0, []), (1, 1, [9]), (65_536, 0, [])] as [(Int, Int, [Int32])])
    func refused(height: Int, width: Int, samples: [Int32]) {
        #expect(throws: MarksError.self) { try SamplePlane(height: height, width: width, range: 0...8, samples: samples) }
    }

    @Test("A digest of parts is the SHA-256 of their lengths and bytes")
    func digest() {
        var digest = LengthPrefixedDigest(domain: "leaf")
        digest.append([1, 2])
        #expect(digest.finish() == Array(ContentDigest(of: [0, 0, 0, 4] + Array("leaf".utf8) + [0, 0, 0, 2, 1, 2] as [UInt8]).bytes))
    }
}
