enum PlanarConfiguration {
    /// A frame of planes with the samples of each pixel put together.
    static func interleaved(_ frame: ArraySlice<UInt8>, _ description: PixelDescription) -> [UInt8] {
        let width = description.bytesPerSample
        let pixels = description.rows * description.columns
        var result: [UInt8] = []
        result.reserveCapacity(frame.count)
        for pixel in 0..<pixels {
            for plane in 0..<description.samplesPerPixel {
                let start = frame.startIndex + (plane * pixels + pixel) * width
                result += frame[start..<start + width]
            }
        }
        return result
    }
}
