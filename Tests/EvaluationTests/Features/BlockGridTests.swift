import StegoKit
import Testing

@testable import Evaluation

@Suite("Blocks and views")
struct BlockGridTests {
    @Test("blocks lie side by side and inside")
    func tiling() {
        let grid = BlockGrid(rows: 300, columns: 512, planeCount: 2)
        #expect(grid.places.count == 2 * 2 * 4)
        #expect(grid.places.allSatisfy { $0.rows.upperBound <= 300 && $0.columns.upperBound <= 512 && $0.rows.count == 128 })
        #expect(Set(grid.places).count == grid.places.count)
    }

    @Test("small images are one block, tiny ones none, a limit spreads them")
    func sizes() {
        #expect(BlockGrid(rows: 64, columns: 100, planeCount: 3).places.count == 3)
        #expect(BlockGrid(rows: 31, columns: 512, planeCount: 3).places.isEmpty)
        let limited = BlockGrid(rows: 512, columns: 512, planeCount: 4, limit: 7)
        #expect(limited.places.count == 7)
        #expect(Set(limited.places.map(\.plane)) == [0, 1, 2, 3])
        #expect(BlockGrid(rows: 512, columns: 512, planeCount: 4, limit: 0).places.isEmpty)
    }

    @Test("the 8-bit view spreads the used range and leaves 8 bits alone")
    func view() throws {
        let planes = try SamplePlanes(rows: 1, columns: 4, bitsStored: 12, planes: [[1000, 1001, 1511, 2023]])
        #expect(EightBitView.make(of: planes).planes == [[0, 0, 127, 255]])
        let narrow = try SamplePlanes(rows: 1, columns: 3, bitsStored: 12, planes: [[10, 11, 12]])
        #expect(EightBitView.make(of: narrow).planes == [[0, 1, 2]])
        let bytes = try SamplePlanes(rows: 1, columns: 2, bitsStored: 8, planes: [[3, 9]])
        #expect(EightBitView.make(of: bytes) == bytes)
    }
}
