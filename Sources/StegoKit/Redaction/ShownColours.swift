import DICOM

/// The colours that an image's levels are shown in, as far as text needs them: grey as it is, everything else as red, green and blue.
struct ShownColours {
    private enum Model {
        case asStored
        /// Luminance and colour differences of eight bits (Rec. ITU-R BT.601, full range).
        case luminance
        /// Indices of a palette: red, green and blue of each level from 0 on.
        case palette([[UInt16]])
    }

    private let model: Model
    private let samplesPerPixel: Int

    init(_ description: PixelDescription, _ dataSet: DataSet) {
        samplesPerPixel = description.samplesPerPixel
        if description.photometricInterpretation == "PALETTE COLOR", description.samplesPerPixel == 1, let tables = Self.tables(dataSet) {
            model = .palette(tables)
        } else if description.photometricInterpretation.hasPrefix("YBR_FULL"), description.samplesPerPixel == 3, description.bitsStored == 8
        {
            model = .luminance
        } else {
            model = .asStored
        }
    }

    /// The planes to look at, how many of them make a frame, and the bits of their samples.
    func planes(of image: SamplePlanes) -> (planes: [[UInt16]], colours: Int, bitsStored: Int) {
        switch model {
        case .asStored: return (image.planes, samplesPerPixel, image.bitsStored)
        case .luminance:
            let planes = stride(from: 0, to: image.planes.count - 2, by: 3).flatMap { Self.redGreenBlue(image.planes[$0..<$0 + 3]) }
            return (planes, 3, 8)
        case .palette(let tables):
            let planes = image.planes.flatMap { plane in
                tables.map { table in plane.map { table[min(Int($0), table.count - 1)] } }
            }
            return (planes, 3, 8)
        }
    }

    /// The bits of the samples to look at.
    func bitsStored(_ stored: Int) -> Int {
        if case .asStored = model { stored } else { 8 }
    }

    private static func redGreenBlue(_ planes: ArraySlice<[UInt16]>) -> [[UInt16]] {
        let (luminance, blueness, redness) = (planes[planes.startIndex], planes[planes.startIndex + 1], planes[planes.startIndex + 2])
        var colours = [[UInt16]](repeating: [UInt16](repeating: 0, count: luminance.count), count: 3)
        for index in luminance.indices {
            let (y, cb, cr) = (Int32(luminance[index]) << 10, Int32(blueness[index]) - 128, Int32(redness[index]) - 128)
            // 1.402, 0.344136, 0.714136 and 1.772 in 1/1024.
            colours[0][index] = UInt16(clamping: min(255, (y + 1436 * cr) >> 10))
            colours[1][index] = UInt16(clamping: min(255, (y - 352 * cb - 731 * cr) >> 10))
            colours[2][index] = UInt16(clamping: min(255, (y + 1815 * cb) >> 10))
        }
        return colours
    }

    /// The upper eight bits of the lookup tables (PS3.3 §C.7.6.3.1.6); `nil` where they are absent, segmented or damaged.
    private static func tables(_ dataSet: DataSet) -> [[UInt16]]? {
        let tags: [(descriptor: Tag, data: Tag)] = [
            (.redPaletteColorLookupTableDescriptor, .redPaletteColorLookupTableData),
            (.greenPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableData),
            (.bluePaletteColorLookupTableDescriptor, .bluePaletteColorLookupTableData),
        ]
        let tables = tags.compactMap { tag -> [UInt16]? in
            let descriptor = dataSet.integers(tag.descriptor)
            guard descriptor.count == 3, let bytes = dataSet[tag.data].map({ Array($0.bytes) }), !bytes.isEmpty else { return nil }
            let count = descriptor[0] & 0xFFFF == 0 ? 65536 : descriptor[0] & 0xFFFF
            // Levels below the first input have its entry.
            let first = [UInt16](repeating: 0, count: max(0, min(65535, descriptor[1])))
            let entries: [UInt16]
            if bytes.count >= 2 * count {
                let shift = UInt16(max(0, min(16, descriptor[2]) - 8))
                entries = (0..<count).map { (UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8) &>> shift }.map { min($0, 255) }
            } else {
                entries = bytes.prefix(count).map(UInt16.init)
            }
            guard let lowest = entries.first else { return nil }
            return first.map { _ in lowest } + entries
        }
        return tables.count == 3 ? tables : nil
    }
}
