import DICOM

/// The overlay planes of an image (PS3.3 §C.9.2): masks beside the pixel data or, in older files, in the unused bits of its words.
struct OverlayPlanes {
    /// The samples that overlays of type R (region of interest) mark; empty when there are none.
    private(set) var regions: BitMask
    /// The samples that overlays of type G (graphics) cover: arrows, outlines, writing.
    private(set) var graphics: BitMask

    /// - Parameter native: the decoded pixel data; `nil` leaves out overlays in unused bits.
    init(of dataSet: DataSet, description: PixelDescription, native: [UInt8]?) {
        regions = BitMask(rows: description.rows, columns: description.columns)
        graphics = regions
        for index in 0..<16 {
            guard let mask = Self.mask(index, of: dataSet, description, native) else { continue }
            switch dataSet.string(.overlayType(index)) {
            case "R": regions.formUnion(mask)
            case "G": graphics.formUnion(mask)
            default: break
            }
        }
    }

    /// Whether any overlay has a size and no data of its own.
    static func areInPixelData(of dataSet: DataSet) -> Bool {
        (0..<16).contains { dataSet[.overlayRows($0)] != nil && dataSet[.overlayData($0)] == nil }
    }

    private static func mask(_ index: Int, of dataSet: DataSet, _ description: PixelDescription, _ native: [UInt8]?) -> BitMask? {
        guard let rows = dataSet.integer(.overlayRows(index)), let columns = dataSet.integer(.overlayColumns(index)),
            (1...65535).contains(rows), (1...65535).contains(columns)
        else { return nil }
        let bits: PackedBits?
        if let data = dataSet[.overlayData(index)] {
            bits = PackedBits(data.bytes)
        } else {
            bits = native.flatMap { unusedBits(index, of: dataSet, description, $0) }
        }
        guard let bits else { return nil }
        let origin = dataSet.integers(.overlayOrigin(index))
        // SS by the dictionary, but a file may give any representation and with it numbers of 64 bits.
        guard origin.allSatisfy({ (-65535...65535).contains($0) }) else { return nil }
        let (top, left) = origin.count == 2 ? (origin[0] - 1, origin[1] - 1) : (0, 0)
        let frames = max(1, dataSet.integer(.numberOfFramesInOverlay(index)) ?? 1)
        var mask = BitMask(rows: description.rows, columns: description.columns)
        for frame in 0..<min(frames, bits.count / (rows * columns)) {
            let first = frame * rows * columns
            for row in max(0, -top)..<max(0, -top, min(rows, description.rows - top)) {
                for column in max(0, -left)..<max(0, -left, min(columns, description.columns - left))
                where bits[first + row * columns + column] {
                    mask.fill(row: row + top, column + left..<column + left + 1)
                }
            }
        }
        return mask
    }

    /// An overlay in a bit of the pixel data's words that no sample uses (retired in PS3.3-2004, §C.9.2.1.2).
    private static func unusedBits(
        _ index: Int, of dataSet: DataSet, _ description: PixelDescription, _ native: [UInt8]
    ) -> PackedBits? {
        guard let position = dataSet.integer(.overlayBitPosition(index)), (0..<description.bitsAllocated).contains(position),
            dataSet.integer(.overlayBitsAllocated(index)) == description.bitsAllocated, description.bitsAllocated % 8 == 0,
            !(description.highBit + 1 - description.bitsStored...description.highBit).contains(position)
        else { return nil }
        let (byte, bit) = (position / 8, UInt8(position % 8))
        let width = description.bytesPerSample
        return PackedBits(
            flags: stride(from: byte, to: native.count, by: width).lazy.map { native[$0] >> bit & 1 == 1 })
    }
}

/// Bits packed into bytes, the first one in the lowest bit of the first byte (PS3.5 §8.1.1, §8.1.2).
struct PackedBits {
    private var bytes: [UInt8]
    private(set) var count: Int

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        count = self.bytes.count * 8
    }

    init(flags: some Sequence<Bool>) {
        bytes = []
        count = 0
        for flag in flags {
            if count % 8 == 0 { bytes.append(0) }
            if flag { bytes[count / 8] |= 1 << UInt8(count % 8) }
            count += 1
        }
    }

    /// `false` beyond the last bit.
    subscript(index: Int) -> Bool {
        index >= 0 && index < count && bytes[index / 8] >> UInt8(index % 8) & 1 == 1
    }
}
