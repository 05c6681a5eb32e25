import DICOM
import Imaging

extension SampleImage {
    /// The middle frame of a DICOM file.
    ///
    /// - Throws: `DICOMError` when the file or its pixels cannot be read, `DemonstrationError` for pixels that a contact sheet
    ///   cannot show (one bit, more than 32 bits, two or four samples a pixel).
    init(reading path: String) throws {
        let file = try DICOMFile(bytes: try FileSystem.read(path), name: path)
        let (description, bytes) = try PixelCodec.decode(file)
        guard [1, 3].contains(description.samplesPerPixel), [8, 16, 32].contains(description.bitsAllocated) else {
            throw DemonstrationError.notComparable(
                path, "Pixels of \(description.samplesPerPixel) samples with \(description.bitsAllocated) bits cannot be drawn.")
        }
        let count = description.rows * description.columns * description.samplesPerPixel
        let start = description.frames / 2 * description.frameByteCount
        guard bytes.count >= start + count * description.bytesPerSample else {
            throw DemonstrationError.notComparable(path, "Pixels with shared colour samples cannot be drawn.")
        }
        var samples = [Int32](repeating: 0, count: count)
        let stored = StoredSample(description)
        for index in 0..<count {
            let position = start + stored.position(of: index) * description.bytesPerSample
            samples[index] = stored.value(bytes[position..<position + description.bytesPerSample])
        }
        self.init(
            width: description.columns, height: description.rows, channels: description.samplesPerPixel, samples: samples,
            window: DisplayWindow(of: file.dataSet, samples: samples), bitsStored: description.bitsStored
        )
    }
}

/// How one sample lies in native pixel data.
private struct StoredSample {
    private let shift: Int
    private let unused: Int
    private let isSigned: Bool
    private let channels: Int
    private let planeSize: Int
    private let isPlanar: Bool

    init(_ description: PixelDescription) {
        shift = description.highBit + 1 - description.bitsStored
        unused = 64 - description.bitsStored
        isSigned = description.isSigned
        channels = description.samplesPerPixel
        planeSize = description.rows * description.columns
        isPlanar = description.planarConfiguration == 1
    }

    /// Where the sample is that comes at `index` when colours are interleaved by pixel.
    func position(of index: Int) -> Int {
        isPlanar ? index % channels * planeSize + index / channels : index
    }

    /// The stored bits alone, with their sign.
    func value(_ bytes: ArraySlice<UInt8>) -> Int32 {
        let word = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> UInt64(shift)
        let aligned = word << UInt64(unused)
        return isSigned
            ? Int32(clamping: Int64(bitPattern: aligned) >> Int64(unused)) : Int32(clamping: aligned >> UInt64(unused))
    }
}
