import DICOM
import Foundation
import Imaging

/// One frame's samples as they are stored, and how to show them.
struct SampleImage: Sendable {
    let width: Int
    let height: Int
    /// 1 for grey, 3 for colour.
    let channels: Int
    /// `width * height * channels` values, pixel by pixel.
    let samples: [Int32]
    let window: DisplayWindow
    /// The number of bits of which a sample makes use, for the peak of the signal-to-noise ratio.
    let bitsStored: Int

    /// The colour of a pixel. Three-channel samples are shown as red, green and blue, whatever their colour model: original and
    /// stego are then still comparable.
    func colour(x: Int, y: Int) -> Colour {
        let offset = (y * width + x) * channels
        guard channels == 3 else { return .grey(window.shade(samples[offset])) }
        let shift = max(0, bitsStored - 8)
        func channel(_ index: Int) -> UInt8 { UInt8(clamping: samples[offset + index] >> shift) }
        return Colour(channel(0), channel(1), channel(2))
    }

    func hasShape(of other: SampleImage) -> Bool {
        width == other.width && height == other.height && channels == other.channels
    }
}

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

/// The place of one sample in native pixel data.
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

/// The difference of two images of the same shape, sample by sample.
struct SampleDifference: Sendable {
    let width: Int
    let height: Int
    /// Per pixel the difference of largest magnitude among its channels, second image minus first.
    let values: [Int32]
    let changedSamples: Int
    let sampleCount: Int
    /// The largest magnitude.
    let maximum: Int32
    private let sumOfSquares: Double

    /// - Precondition: none; of images of different shape only the common number of samples is compared. Check `hasShape(of:)` first.
    init(from first: SampleImage, to second: SampleImage) {
        var values = [Int32](repeating: 0, count: first.width * first.height)
        var changed = 0
        var maximum: Int32 = 0
        var squares = 0.0
        for (index, (before, after)) in zip(first.samples, second.samples).enumerated() {
            let difference = Int32(clamping: Int64(after) - Int64(before))
            guard difference != 0 else { continue }
            changed += 1
            let magnitude = Int32(clamping: difference.magnitude)
            maximum = max(maximum, magnitude)
            squares += Double(difference) * Double(difference)
            let pixel = index / first.channels
            if magnitude > Int32(clamping: values[pixel].magnitude) { values[pixel] = difference }
        }
        self.values = values
        self.maximum = maximum
        width = first.width
        height = first.height
        changedSamples = changed
        sampleCount = first.samples.count
        sumOfSquares = squares
    }

    var changedShare: Double { sampleCount == 0 ? 0 : Double(changedSamples) / Double(sampleCount) }

    /// Peak signal-to-noise ratio in dB against a peak-to-peak range; nil when nothing differs.
    func peakSignalToNoise(range: Double) -> Double? {
        guard sumOfSquares > 0, range > 0 else { return nil }
        return 10 * log10(range * range * Double(sampleCount) / sumOfSquares)
    }
}
