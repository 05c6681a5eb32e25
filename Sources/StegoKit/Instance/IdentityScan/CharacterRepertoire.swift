import DICOM
import Glibc

/// The character repertoires that a data set declares (Specific Character Set, PS3.3 §C.12.1.1.2), as the C library knows them.
struct CharacterRepertoire {
    /// Names for `iconv`; the first that understands a text counts.
    private let encodings: [String]

    init(of dataSet: DataSet) {
        let known = dataSet.strings(.specificCharacterSet).compactMap { term in
            // The terms of code extensions and those of sets that are used without any have their numbers in common.
            Self.encodings[term.hasPrefix("ISO 2022 IR ") ? "ISO_IR \(term.dropFirst(12))" : term]
        }
        // Of several, the first is for what stands before any escape sequence, so what comes later is the richer one.
        encodings = known.reversed() + ["UTF-8", "ISO-8859-1"]
    }

    private static let encodings: [String: String] = [
        "ISO_IR 100": "ISO-8859-1", "ISO_IR 101": "ISO-8859-2", "ISO_IR 109": "ISO-8859-3", "ISO_IR 110": "ISO-8859-4",
        "ISO_IR 144": "ISO-8859-5", "ISO_IR 127": "ISO-8859-6", "ISO_IR 126": "ISO-8859-7", "ISO_IR 138": "ISO-8859-8",
        "ISO_IR 148": "ISO-8859-9", "ISO_IR 203": "ISO-8859-15", "ISO_IR 13": "SHIFT_JIS", "ISO_IR 166": "TIS-620",
        "ISO_IR 87": "ISO-2022-JP-2", "ISO_IR 159": "ISO-2022-JP-2", "ISO_IR 149": "EUC-KR", "ISO_IR 58": "EUC-CN",
        "ISO_IR 192": "UTF-8", "GB18030": "GB18030", "GBK": "GBK",
    ]

    /// Whether bytes are ASCII without escape sequences: then they are the same text in all repertoires.
    static func isPlain(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.allSatisfy { $0 < 0x80 && $0 != 0x1B } }

    /// Nil for bytes that are no text in any of the repertoires.
    func text(of bytes: ArraySlice<UInt8>) -> String? {
        if Self.isPlain(bytes) { return String(decoding: bytes, as: UTF8.self) }
        for encoding in encodings {
            // These two announce their second set by an escape sequence, which their names at the C library do without.
            let bytes = encoding.hasPrefix("EUC") ? Self.withoutEscapes(bytes) : Array(bytes)
            if let text = Self.converted(bytes, from: encoding) { return text }
        }
        return nil
    }

    /// ESC, intermediate characters 02/0 … 02/15, a final one (ISO 2022).
    private static func withoutEscapes(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in bytes {
            if byte == 0x1B {
                isEscaped = true
            } else if isEscaped {
                isEscaped = (0x20...0x2F).contains(byte)
            } else {
                plain.append(byte)
            }
        }
        return plain
    }

    private static func converted(_ bytes: [UInt8], from encoding: String) -> String? {
        let descriptor = iconv_open("UTF-8", encoding)
        // iconv_open fails with −1 as a pointer.
        guard let descriptor, Int(bitPattern: descriptor) != -1 else { return nil }
        defer { iconv_close(descriptor) }
        var input = bytes.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: bytes.count * 4 + 16)
        let (status, count) = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var (source, sourceLeft) = (input.baseAddress, input.count)
                var (target, targetLeft) = (output.baseAddress, output.count)
                let status = iconv(descriptor, &source, &sourceLeft, &target, &targetLeft)
                return (status, output.count - targetLeft)
            }
        }
        guard status != -1 else { return nil }
        return String(decoding: output.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
