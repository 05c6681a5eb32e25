/// A ring of random pixels, one wide, around each frame.
enum Border {
    /// The ring's samples, row by row, are masks from the stream "border" of the frame's key.
    static func added(to plane: Plane, _ key: StageKey) throws(CipherError) -> Plane {
        let (width, height, channels) = (plane.width + 2, plane.height + 2, plane.channels)
        let row = plane.width * channels
        let ringCount = (2 * width + 2 * plane.height) * channels
        var samples: [UInt16] = []
        for frame in 0..<plane.frames {
            var stream = try PseudorandomStream(key.frame(frame), "border")
            var ring = try stream.masks(ringCount, bits: plane.bits)[...]
            func take(_ count: Int) {
                samples += ring.prefix(count)
                ring = ring.dropFirst(count)
            }
            take(width * channels)
            for y in 0..<plane.height {
                take(channels)
                let start = frame * plane.frameSampleCount + y * row
                samples += plane.samples[start..<start + row]
                take(channels)
            }
            take(width * channels)
        }
        return try Plane(
            width: width, height: height, channels: channels, frames: plane.frames, bits: plane.bits, isSigned: plane.isSigned,
            samples: samples)
    }

    /// - Throws: ``CipherError`` `malformed` for a plane that is all ring.
    static func removed(from plane: Plane) throws(CipherError) -> Plane {
        guard plane.width > 2, plane.height > 2 else { throw CipherError(.malformed, "no image is inside the border") }
        let row = plane.width * plane.channels
        var samples: [UInt16] = []
        for frame in 0..<plane.frames {
            for y in 1..<plane.height - 1 {
                let start = frame * plane.frameSampleCount + y * row
                samples += plane.samples[start + plane.channels..<start + row - plane.channels]
            }
        }
        return try Plane(
            width: plane.width - 2, height: plane.height - 2, channels: plane.channels, frames: plane.frames, bits: plane.bits,
            isSigned: plane.isSigned, samples: samples)
    }
}
