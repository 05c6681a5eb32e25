public import StegoKit

/// How an image looks to tools that know 8 bits only: its used range spread over 0 … 255.
public enum EightBitView {
    /// The same image with levels of 8 bits: `⌊(level − lowest) · 256 / (highest − lowest + 1)⌋`. Images of up to 8 bits stay as they are.
    ///
    /// The range is the image's own, over all planes, since whoever looks has nothing else.
    public static func make(of planes: SamplePlanes) -> SamplePlanes {
        guard planes.bitsStored > 8 else { return planes }
        var (lowest, highest) = (UInt16.max, UInt16.min)
        for plane in planes.planes {
            for level in plane { (lowest, highest) = (min(lowest, level), max(highest, level)) }
        }
        guard lowest <= highest else { return planes }
        let scale = UInt32(highest - lowest) + 1
        let table = (0...UInt32(highest - lowest)).map { UInt16(truncatingIfNeeded: $0 * 256 / max(256, scale)) }
        let scaled = planes.planes.map { plane in plane.map { table[Int($0 - lowest)] } }
        // Shape and depth are valid: the shape is another image's, and 8 bits hold a level of at most 255.
        return (try? SamplePlanes(rows: planes.rows, columns: planes.columns, bitsStored: 8, planes: scaled)) ?? planes
    }
}
