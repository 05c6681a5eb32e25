import CPNG

/// Writes pictures as PNG through libpng's simplified interface.
///
/// The C structure lives for one call only: `png_image_write_to_file` frees what it allocated in it before it returns, whether
/// it succeeded or not (libpng manual, "The simplified write API").
enum PNGFile {
    /// - Throws: `DemonstrationError` when libpng could not write the file; it then leaves none behind.
    static func write(_ canvas: Canvas, to path: String) throws {
        guard let width = UInt32(exactly: canvas.width), let height = UInt32(exactly: canvas.height) else {
            throw DemonstrationError.unwritable(path, "The picture is too large for PNG.")
        }
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = width
        image.height = height
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        // The array outlives the call, is only read, and holds height × stride bytes; a stride of 0 means rows without gaps.
        let written = png_image_write_to_file(&image, path, 0, canvas.bytes, 0, nil)
        guard written != 0 else { throw DemonstrationError.unwritable(path, "libpng could not write it: \(message(of: image)).") }
    }

    private static func message(of image: png_image) -> String {
        withUnsafeBytes(of: image.message) { bytes in
            // A fixed-size C array inside the structure: reading stays within it, up to its terminating zero.
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
