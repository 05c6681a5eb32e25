import CPNG

/// Reads PNG back through libpng, for comparison.
enum PNGReader {
    static func colour(_ png: [UInt8], width: Int, height: Int) -> [UInt8]? {
        read(png, width: width, height: height, channels: 3, format: png_uint_32(PNG_FORMAT_FLAG_COLOR), zero: 0)
    }

    static func linearGrey(_ png: [UInt8], width: Int, height: Int) -> [UInt16]? {
        read(png, width: width, height: height, channels: 1, format: png_uint_32(PNG_FORMAT_FLAG_LINEAR), zero: 0)
    }

    /// - Returns: `nil` when libpng refuses the file or its size is another.
    private static func read<Sample>(
        _ png: [UInt8], width: Int, height: Int, channels: Int, format: png_uint_32, zero: Sample
    ) -> [Sample]? {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        // `png` outlives both calls, which only read it; the second call frees what the first allocated.
        return png.withUnsafeBytes { bytes in
            guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else { return nil }
            defer { png_image_free(&image) }
            guard Int(image.width) == width, Int(image.height) == height else { return nil }
            image.format = format
            var samples = [Sample](repeating: zero, count: width * height * channels)
            let isRead = samples.withUnsafeMutableBytes { png_image_finish_read(&image, nil, $0.baseAddress, 0, nil) != 0 }
            guard isRead else { return nil }
            return samples
        }
    }
}
