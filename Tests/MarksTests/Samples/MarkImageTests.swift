import Basics
import SeededRandomness
import Testing

@testable import Marks

@Suite("Grids and orientations")
struct MarkGridTests {
    @Test("A narrow rest joins its neighbour", arguments: [(512, 64, 8), (95, 95, 1), (96, 32, 2), (20, 20, 1), (3000, 56, 47)])
    func rest(length: Int, last: Int, count: Int) {
        let grid = MarkGrid(height: length, width: 64)
        #expect(grid.rows == count)
        #expect(grid.areas.last?.height == last)
        #expect(grid.areas.reduce(0) { $0 + $1.count } == length * 64)
    }

    @Test("An orientation and its inverse leave the plane as it was", arguments: Orientation.allCases)
    func inverse(orientation: Orientation) throws {
        var random = SplitMix64(seed: 5)
        let plane = try Phantom.plane(height: 5, width: 7, using: &random)
        #expect(orientation.inverse.applied(to: orientation.applied(to: plane)) == plane)
    }

    @Test("A quarter turn is clockwise")
    func quarter() throws {
        let plane = try SamplePlane(height: 2, width: 3, range: 0...9, samples: [1, 2, 3, 4, 5, 6])
        #expect(Orientation.quarterTurn.applied(to: plane).samples == [4, 1, 5, 2, 6, 3])
        #expect(Orientation.mirrored.applied(to: plane).samples == [3, 2, 1, 6, 5, 4])
    }
}

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
