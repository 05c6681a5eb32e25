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
