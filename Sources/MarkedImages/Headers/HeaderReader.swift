import DICOM
import Foundation
import Marks

/// The values of a data set that a mark binds.
enum HeaderReader {
    private static let originalAttributes = Tag(0x0400, 0x0561)
    private static let modifiedAttributes = Tag(0x0400, 0x0550)

    static func values(_ dataSet: DataSet) -> HeaderValues {
        values(dataSet, CharacterSets(dataSet.strings(.specificCharacterSet)), isSigned: dataSet.integer(.pixelRepresentation) == 1)
    }

    /// The values that archives state to have replaced: the items of the Modified Attributes Sequences (PS3.3 C.12.1.1.9).
    static func originals(_ dataSet: DataSet) -> [HeaderValues] {
        let sets = dataSet.strings(.specificCharacterSet)
        return dataSet.items(originalAttributes).flatMap { $0.items(modifiedAttributes) }.map { item in
            let own = item.strings(.specificCharacterSet)
            return values(item, CharacterSets(own.isEmpty ? sets : own), isSigned: dataSet.integer(.pixelRepresentation) == 1)
        }
    }

    private static func values(_ dataSet: DataSet, _ sets: CharacterSets, isSigned: Bool) -> HeaderValues {
        HeaderValues { attribute in
            let tag = Tag(UInt16(attribute.tag >> 16), UInt16(truncatingIfNeeded: attribute.tag))
            guard let element = dataSet[tag], !element.bytes.isEmpty else { return [] }
            switch attribute.kind {
            case .number: return numbers(element, in: dataSet, isSigned: isSigned)
            case .text, .person, .time:
                return sets.text(element.bytes).split(separator: "\\", omittingEmptySubsequences: false).map(String.init)
            }
        }
    }

    /// Text stays text, since its digits are exact; binary numbers become text.
    private static func numbers(_ element: DataElement, in dataSet: DataSet, isSigned: Bool) -> [String] {
        // Pixel Padding Value is of the kind that Pixel Representation says, whatever a writer without value representations makes of it.
        if element.tag == .pixelPaddingValue {
            let known = DataElement(element.tag, isSigned ? .SS : .US, value: element.value)
            return known.integers?.map(String.init) ?? []
        }
        let isText = element.vr.isText || element.vr == .UN && element.bytes.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0 }
        if isText, element.bytes.contains(where: { $0 >= 0x20 }) { return element.strings }
        let integers = dataSet.integers(element.tag)
        if !integers.isEmpty { return integers.map(String.init) }
        let decimals = dataSet.decimals(element.tag)
        return decimals.isEmpty ? element.strings : decimals.map { "\($0)" }
    }
}

/// Text of a data set's Specific Character Set (0008,0005) as Unicode (PS3.3 C.12.1.1.2, PS3.5 §6.1.2.5). The system's iconv(3) has the tables.
struct CharacterSets {
    /// iconv's names of the sets that the standard's terms mean, without and with code extensions.
    private static let names: [String: String] = [
        "ISO_IR 100": "ISO-8859-1", "ISO_IR 101": "ISO-8859-2", "ISO_IR 109": "ISO-8859-3", "ISO_IR 110": "ISO-8859-4",
        "ISO_IR 144": "ISO-8859-5", "ISO_IR 127": "ISO-8859-6", "ISO_IR 126": "ISO-8859-7", "ISO_IR 138": "ISO-8859-8",
        "ISO_IR 148": "ISO-8859-9", "ISO_IR 203": "ISO-8859-15", "ISO_IR 13": "JIS_X0201", "ISO_IR 166": "TIS-620",
        "ISO_IR 192": "UTF-8", "GB18030": "GB18030", "GBK": "GBK", "ISO 2022 IR 6": "UTF-8", "ISO 2022 IR 100": "ISO-8859-1",
        "ISO 2022 IR 101": "ISO-8859-2", "ISO 2022 IR 109": "ISO-8859-3", "ISO 2022 IR 110": "ISO-8859-4",
        "ISO 2022 IR 144": "ISO-8859-5", "ISO 2022 IR 127": "ISO-8859-6", "ISO 2022 IR 126": "ISO-8859-7",
        "ISO 2022 IR 138": "ISO-8859-8", "ISO 2022 IR 148": "ISO-8859-9", "ISO 2022 IR 203": "ISO-8859-15",
        "ISO 2022 IR 13": "JIS_X0201", "ISO 2022 IR 166": "TIS-620",
    ]

    /// The character set that an escape sequence switches to: iconv's name, and whether two bytes below 128 make a character, so that
    /// delimiters may occur in them. The sequence itself belongs to the text of those.
    private static let escapes: [(bytes: [UInt8], name: String, isDouble: Bool)] = [
        ([0x24, 0x28, 0x44], "ISO-2022-JP-2", true), ([0x24, 0x42], "ISO-2022-JP-2", true), ([0x24, 0x29, 0x43], "EUC-KR", false),
        ([0x24, 0x29, 0x41], "EUC-CN", false), ([0x28, 0x42], "", false), ([0x28, 0x4A], "JIS_X0201", false),
        ([0x29, 0x49], "JIS_X0201", false), ([0x2D, 0x41], "ISO-8859-1", false), ([0x2D, 0x42], "ISO-8859-2", false),
        ([0x2D, 0x43], "ISO-8859-3", false), ([0x2D, 0x44], "ISO-8859-4", false), ([0x2D, 0x4C], "ISO-8859-5", false),
        ([0x2D, 0x47], "ISO-8859-6", false), ([0x2D, 0x46], "ISO-8859-7", false), ([0x2D, 0x48], "ISO-8859-8", false),
        ([0x2D, 0x4D], "ISO-8859-9", false), ([0x2D, 0x62], "ISO-8859-15", false), ([0x2D, 0x54], "TIS-620", false),
    ]

    private let initial: String

    /// - Parameter terms: the values of Specific Character Set; none for ASCII.
    init(_ terms: [String]) {
        // Undeclared text is read as UTF-8, or as Latin 1 where it is none.
        initial = terms.first.flatMap { Self.names[$0.trimmingCharacters(in: .whitespaces)] } ?? "UTF-8"
    }

    /// The text of a value. Bytes that their set does not have are read as Latin 1, so that no two values become one.
    func text(_ bytes: ArraySlice<UInt8>) -> String {
        var (text, segment) = ("", [UInt8]())
        var (name, isDouble) = (initial, false)
        func flush() {
            text += Self.decoded(segment, name)
            segment = []
        }
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == 0x1B, let escape = Self.escapes.first(where: { rest.starts(with: $0.bytes) }) {
                flush()
                rest = rest.dropFirst(escape.bytes.count)
                (name, isDouble) = (escape.name.isEmpty ? initial : escape.name, escape.isDouble)
                if isDouble { segment = [0x1B] + escape.bytes }
            } else if !isDouble, [0x5C, 0x5E, 0x3D].contains(byte), initial != "GB18030", initial != "GBK" {
                // Each component begins with the initial set again.
                segment.append(byte)
                flush()
                name = initial
            } else {
                segment.append(byte)
            }
        }
        flush()
        return text
    }

    private static func decoded(_ bytes: [UInt8], _ name: String) -> String {
        if bytes.isEmpty || bytes.allSatisfy({ $0 < 0x80 && $0 != 0x1B }) && name != "JIS_X0201" { return latin(bytes) }
        if name == "UTF-8" { return String(validating: bytes, as: UTF8.self) ?? latin(bytes) }
        return converted(bytes, name) ?? latin(bytes)
    }

    private static func latin(_ bytes: [UInt8]) -> String { String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })) }

    private static func converted(_ bytes: [UInt8], _ name: String) -> String? {
        guard let converter = iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // No set here needs more than four bytes of UTF-8 for one of its own.
        var output = [CChar](repeating: 0, count: 4 * bytes.count + 16)
        let room = output.count
        let left: Int? = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                // iconv(3) moves the pointers inside the buffers whose lengths it is given.
                var (from, fromLeft, to, toLeft) = (input.baseAddress, input.count, output.baseAddress, output.count)
                return iconv(converter, &from, &fromLeft, &to, &toLeft) == -1 || fromLeft > 0 ? nil : toLeft
            }
        }
        return left.flatMap { String(validating: output[..<(room - $0)].map { UInt8(bitPattern: $0) }, as: UTF8.self) }
    }
}
