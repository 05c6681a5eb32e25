/// The place in a marked image of a part that somebody has cut out of it.
public struct CropPlacement: Hashable, Sendable {
    /// Row and column of the part in which the first whole block begins.
    public let top: Int
    public let left: Int
    public let identifier: ImageIdentifier
    /// The blocks that prove themselves: where they are in the part, and their place in the marked image.
    public let blocks: [BlockArea: Int]

    /// Blocks from left to right in the marked image; `nil` where the blocks that are left do not tell.
    public var gridColumns: Int? {
        let votes = blocks.flatMap { area, index in
            blocks.compactMap { other, below -> Int? in
                let rows = (other.top - area.top) / MarkGrid.side
                guard rows > 0 else { return nil }
                let (columns, rest) = (below - index - (other.left - area.left) / MarkGrid.side).quotientAndRemainder(dividingBy: rows)
                return rest == 0 && columns > 0 ? columns : nil
            }
        }
        let counts = Dictionary(votes.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// Row and column of the marked image at which the part begins.
    ///
    /// - Parameter columns: blocks from left to right in the marked image.
    public func origin(gridColumns columns: Int) -> (row: Int, column: Int)? {
        guard columns > 0, let (area, index) = blocks.min(by: { $0.value < $1.value }) else { return nil }
        let (row, column) = (index / columns * MarkGrid.side - area.top, index % columns * MarkGrid.side - area.left)
        return row >= 0 && column >= 0 ? (row, column) : nil
    }
}

/// Finds the grid of blocks again in a part of a marked image.
public enum CropSearch {
    /// Blocks that are tried for each of the 4096 offsets. Not those of one place: every second block carries something, but anatomy with much
    /// noise in it carries nothing, and a quiet background nearly all.
    private static let triedBlocks = 32

    /// Tries every offset of the grid. Nearly always a wrong one gives nothing: a tag fits by chance once in 2³⁵.
    ///
    /// - Returns: `nil` where no block proves itself.
    /// - Complexity: about 0.1 ms for each of 4096 offsets.
    public static func find(_ image: MarkImage) -> CropPlacement? {
        var reader = BlockReader()
        let side = MarkGrid.side
        // Of a block that is not whole nothing can be read.
        guard image.height >= side, image.width >= side else { return nil }
        for top in 0...min(side - 1, image.height - side) {
            for left in 0...min(side - 1, image.width - side) {
                let areas = areas(image, top, left)
                let tried = stride(from: 0, to: areas.count, by: (areas.count + triedBlocks - 1) / triedBlocks).map { areas[$0] }
                guard tried.contains(where: { reader.read(image, $0) != nil }) else { continue }
                return placement(image, top, left, &reader)
            }
        }
        return nil
    }

    /// Whole blocks at an offset, those in the middle first.
    private static func areas(_ image: MarkImage, _ top: Int, _ left: Int) -> [BlockArea] {
        let side = MarkGrid.side
        let areas = stride(from: top, through: image.height - side, by: side).flatMap { row in
            stride(from: left, through: image.width - side, by: side).map { BlockArea(top: row, left: $0, height: side, width: side) }
        }
        func distance(_ area: BlockArea) -> Int { abs(2 * area.top + side - image.height) + abs(2 * area.left + side - image.width) }
        return areas.sorted { distance($0) < distance($1) }
    }

    private static func placement(_ image: MarkImage, _ top: Int, _ left: Int, _ reader: inout BlockReader) -> CropPlacement? {
        var found: [ImageIdentifier: [BlockArea: Int]] = [:]
        for area in areas(image, top, left) {
            guard let reading = reader.read(image, area) else { continue }
            found[reading.frame.identifier, default: [:]][area] = reading.frame.index
        }
        guard let (identifier, blocks) = found.max(by: { ($0.value.count, $0.key.description) < ($1.value.count, $1.key.description) })
        else { return nil }
        return CropPlacement(top: top, left: left, identifier: identifier, blocks: blocks)
    }
}

/// Finds out whether a marked image was turned or mirrored.
public enum OrientationSearch {
    /// The orientation that has to be applied to the image so that blocks of its grid prove themselves; `nil` where none helps.
    public static func find(_ image: MarkImage) -> Orientation? {
        var reader = BlockReader()
        for orientation in Orientation.allCases {
            let turned = image.mapped(orientation.applied)
            let grid = MarkGrid(height: turned.height, width: turned.width)
            if grid.areas.contains(where: { reader.read(turned, $0) != nil }) { return orientation }
        }
        return nil
    }
}
