#if canImport(Glibc)
    import Glibc
#endif

/// The characters behind the text of a data set, as Specific Character Set (0008,0005) names them (PS3.3 §C.12.1.1.2).
public struct CharacterSet: Sendable, Hashable {
    /// The character set that goes through unchanged: ASCII and UTF-8.
    public static let unicode = "ISO_IR 192"

    /// Names that the standard has for sets without code extensions, and what `iconv` calls them.
    private static let names: [String: String] = [
        "": "ASCII", "ISO_IR 6": "ASCII", "ISO 2022 IR 6": "ASCII", "ISO_IR 100": "ISO-8859-1", "ISO 2022 IR 100": "ISO-8859-1",
        "ISO_IR 101": "ISO-8859-2", "ISO 2022 IR 101": "ISO-8859-2", "ISO_IR 109": "ISO-8859-3", "ISO 2022 IR 109": "ISO-8859-3",
        "ISO_IR 110": "ISO-8859-4", "ISO 2022 IR 110": "ISO-8859-4", "ISO_IR 144": "ISO-8859-5", "ISO 2022 IR 144": "ISO-8859-5",
        "ISO_IR 127": "ISO-8859-6", "ISO 2022 IR 127": "ISO-8859-6", "ISO_IR 126": "ISO-8859-7", "ISO 2022 IR 126": "ISO-8859-7",
        "ISO_IR 138": "ISO-8859-8", "ISO 2022 IR 138": "ISO-8859-8", "ISO_IR 148": "ISO-8859-9", "ISO 2022 IR 148": "ISO-8859-9",
        "ISO_IR 203": "ISO-8859-15", "ISO 2022 IR 203": "ISO-8859-15", "ISO_IR 166": "TIS-620", "ISO 2022 IR 166": "TIS-620",
        "ISO_IR 13": "SHIFT_JIS", "ISO 2022 IR 13": "SHIFT_JIS", "ISO_IR 192": "UTF-8", "GB18030": "GB18030", "GBK": "GBK",
    ]
    /// Sets that come by code extensions: their escape sequences, and what the rest is then.
    private static let extensions: [String: (escapes: [[UInt8]], name: String)] = [
        "ISO 2022 IR 87": ([], "ISO-2022-JP-2"), "ISO 2022 IR 159": ([], "ISO-2022-JP-2"),
        "ISO 2022 IR 149": ([[0x1B, 0x24, 0x29, 0x43]], "EUC-KR"), "ISO 2022 IR 58": ([[0x1B, 0x24, 0x29, 0x41]], "EUC-CN"),
    ]

    private let escapes: [[UInt8]]
    /// The name that `iconv` has for it; `nil` for one that is not known here.
    private let name: String?

    /// That of a data set. Text without a declared set is ASCII.
    public init(of dataSet: DataSet) { self.init(dataSet.strings(.specificCharacterSet)) }

    public init(_ values: [String]) {
        let values = values.isEmpty ? [""] : values
        if let extended = values.lazy.compactMap({ Self.extensions[$0] }).first {
            (escapes, name) = (extended.escapes, extended.name)
        } else {
            (escapes, name) = ([], values.count == 1 ? Self.names[values[0]] : nil)
        }
    }

    /// Text as Unicode, as long as it is. `nil` when the set is unknown or the bytes are none of its characters.
    public func text(_ bytes: some Sequence<UInt8>) -> String? {
        var bytes = Array(bytes)
        if bytes.allSatisfy({ $0 < 0x80 && $0 != 0x1B }) { return String(decoding: bytes, as: UTF8.self) }
        for escape in escapes {
            while let range = bytes.firstRange(of: escape) { bytes.removeSubrange(range) }
        }
        guard let name, let converted = Self.converted(bytes, from: name) else { return nil }
        return String(validating: converted, as: UTF8.self)
    }

    private static func converted(_ bytes: [UInt8], from name: String) -> [UInt8]? {
        guard let converter = iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        var source = bytes.map { CChar(bitPattern: $0) }
        // A character of any of these sets has at most 4 bytes in UTF-8.
        let capacity = 4 * bytes.count + 16
        let result = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = source.withUnsafeMutableBufferPointer { input -> Int in
                // Both pointers stay inside their buffers: iconv moves them by what it has read and written, and is told both lengths.
                guard let output = buffer.baseAddress else { return 0 }
                return output.withMemoryRebound(to: CChar.self, capacity: capacity) { output in
                    var (from, to) = (input.baseAddress, Optional(output))
                    var (left, room) = (input.count, capacity)
                    guard iconv(converter, &from, &left, &to, &room) != Int.max, left == 0 else { return 0 }
                    return capacity - room
                }
            }
        }
        return result.isEmpty && !bytes.isEmpty ? nil : result
    }
}

/// Text beyond ASCII needs Specific Character Set (0008,0005) (PS3.5 §6.1).
enum CharacterSetRule {
    /// The data set as it can be written: text that is UTF-8 without a declared character set gets the declaration.
    ///
    /// - Throws: `invalidValue` when undeclared text is not UTF-8 either.
    static func applied(to dataSet: DataSet) throws(DICOMError) -> DataSet {
        guard dataSet.string(.specificCharacterSet) == nil, let element = firstBeyondASCII(in: dataSet) else { return dataSet }
        guard String(validating: element.bytes, as: UTF8.self) != nil else {
            throw DICOMError(.invalidValue, "the text is in an undeclared character set", tag: element.tag)
        }
        var declared = dataSet
        declared.set(.specificCharacterSet, .CS, "ISO_IR 192")
        return declared
    }

    private static func firstBeyondASCII(in dataSet: DataSet) -> DataElement? {
        for element in dataSet {
            if element.vr.isText, element.bytes.contains(where: { $0 >= 0x80 }) { return element }
            for item in element.items {
                if let found = firstBeyondASCII(in: item) { return found }
            }
        }
        return nil
    }
}
