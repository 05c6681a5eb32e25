/// The pixels of one phantom instance and what describes them.
struct PhantomImage: Sendable {
    let rows: Int
    let columns: Int
    var frames = 1
    var samplesPerPixel = 1
    let bitsAllocated: Int
    let bitsStored: Int
    let isSigned: Bool
    /// Little endian, frame by frame, row by row, colour by pixel.
    let bytes: [UInt8]
}

extension PhantomImage {
    /// Values rounded to 16-bit samples between the limits that `bitsStored` and the sign set.
    static func bytes(of values: [Float], bitsStored: Int, isSigned: Bool) -> [UInt8] {
        let low = isSigned ? -Float(1 << (bitsStored - 1)) : 0
        let high = isSigned ? Float(1 << (bitsStored - 1)) - 1 : Float(1 << bitsStored) - 1
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 2)
        for value in values {
            let sample = Int32(min(max(value.rounded(), low), high))
            bytes.append(UInt8(truncatingIfNeeded: sample))
            bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
        }
        return bytes
    }
}
