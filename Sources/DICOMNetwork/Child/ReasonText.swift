import CDCMTK

/// Room for a text of the association library.
struct ReasonText {
    private var bytes = [CChar](repeating: 0, count: Int(CDCMTK_TEXT_SIZE))

    mutating func fill<Result>(_ body: (UnsafeMutablePointer<CChar>?) -> Result) -> Result {
        // Bounds: the library writes CDCMTK_TEXT_SIZE bytes at most, its end included.
        bytes.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }

    /// Without line breaks, which the library puts between an error and its cause.
    var text: String {
        let line = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: " ") }
        return String(decoding: line, as: UTF8.self)
    }
}
