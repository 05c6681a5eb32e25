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
