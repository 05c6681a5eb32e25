/// One attribute with its value.
public struct DataElement: Hashable, Sendable {
    /// The content of an element. Bytes are in little-endian order whatever the file's order was.
    public enum Value: Hashable, Sendable {
        /// A slice of the file's own buffer where the file is little endian.
        case bytes(ArraySlice<UInt8>)
        case sequence([DataSet])
        /// Fragments of a nested pixel data element (an icon, say): the items and the delimiter as read.
        case fragments(ArraySlice<UInt8>)
    }

    public let tag: Tag
    public let vr: ValueRepresentation
    public let value: Value

    public init(_ tag: Tag, _ vr: ValueRepresentation, value: Value) {
        self.tag = tag
        self.vr = vr
        self.value = value
    }

    /// An element from its value bytes, little endian, with or without padding.
    public init(_ tag: Tag, _ vr: ValueRepresentation, bytes: [UInt8] = []) {
        self.init(tag, vr, value: .bytes(bytes[...]))
    }

    public init(_ tag: Tag, sequence: [DataSet]) {
        self.init(tag, .SQ, value: .sequence(sequence))
    }

    /// The bytes of the value; empty for a sequence or fragments.
    public var bytes: ArraySlice<UInt8> {
        if case .bytes(let bytes) = value { bytes } else { [] }
    }

    /// The items of a sequence; empty otherwise.
    public var items: [DataSet] {
        if case .sequence(let items) = value { items } else { [] }
    }

    /// Whether the element is there without a value (type 2).
    public var isEmpty: Bool {
        switch value {
        case .bytes(let bytes): bytes.isEmpty
        case .sequence(let items): items.isEmpty
        case .fragments: false
        }
    }
}

extension DataElement {
    /// Text elements: the values in order, a backslash between them.
    public init(_ tag: Tag, _ vr: ValueRepresentation, strings: [String]) {
        self.init(tag, vr, bytes: Array(strings.joined(separator: "\\").utf8))
    }

    /// Binary integers of `US`, `SS`, `UL`, `SL`, `AT`, … truncated to the width of the value representation; text for `IS` and `DS`.
    public init(_ tag: Tag, _ vr: ValueRepresentation, integers: [Int]) {
        guard !vr.isText else {
            self.init(tag, vr, strings: integers.map(String.init))
            return
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(integers.count * vr.unitSize)
        for integer in integers {
            for index in 0..<vr.unitSize { bytes.append(UInt8(truncatingIfNeeded: integer >> (8 * index))) }
        }
        self.init(tag, vr, bytes: bytes)
    }

    /// `FL`, `OF`, `FD` and `OD` from floating-point numbers.
    public init(_ tag: Tag, _ vr: ValueRepresentation, doubles: [Double]) {
        let isSingle = vr.unitSize == 4
        let patterns = doubles.map { isSingle ? UInt64(Float($0).bitPattern) : $0.bitPattern }
        self.init(tag, vr, integers: patterns.map { Int(truncatingIfNeeded: $0) })
    }

    /// The text values without padding. Bytes that are not UTF-8 are read as ISO 8859-1.
    ///
    /// Other character sets come out wrong here, which is fine for what this is for: codes, numbers, UIDs and dates are ASCII.
    /// Names in any character set travel as bytes and are never interpreted.
    public var strings: [String] {
        let bytes = self.bytes
        guard !bytes.isEmpty else { return [] }
        guard vr.allowsSeveralTextValues || vr == .UN else { return [DataElement.trimmed(bytes)] }
        return bytes.split(separator: 0x5C, omittingEmptySubsequences: false).map(DataElement.trimmed)
    }

    /// The integers of a binary value, or of `IS` and integral `DS` text. Nil when any of them is none.
    public var integers: [Int]? {
        switch vr {
        case .US, .OW: unsignedUnits(2).map { $0.map { Int($0) } }
        case .SS: unsignedUnits(2).map { $0.map { Int(Int16(truncatingIfNeeded: $0)) } }
        case .UL, .OL: unsignedUnits(4).map { $0.map { Int($0) } }
        case .SL: unsignedUnits(4).map { $0.map { Int(Int32(truncatingIfNeeded: $0)) } }
        case .SV, .UV, .OV: unsignedUnits(8).map { $0.map { Int(truncatingIfNeeded: $0) } }
        case .OB: bytes.map { Int($0) }
        case .IS, .DS: DataElement.all(strings, DataElement.integer)
        default: nil
        }
    }

    /// The numbers of `DS`, `IS`, `FL`, `FD` or a binary integer value. Nil when any of them is none or not finite.
    public var decimals: [Double]? {
        switch vr {
        case .DS, .IS: return DataElement.all(strings, DataElement.decimal)
        case .FL, .OF:
            return unsignedUnits(4).flatMap {
                DataElement.all($0) { DataElement.finite(Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0)))) }
            }
        case .FD, .OD: return unsignedUnits(8).flatMap { DataElement.all($0) { DataElement.finite(Double(bitPattern: $0)) } }
        default: return integers.map { $0.map(Double.init) }
        }
    }

    /// Little-endian units of a width; nil when the length is no multiple of it.
    private func unsignedUnits(_ width: Int) -> [UInt64]? {
        let bytes = self.bytes
        guard bytes.count % width == 0 else { return nil }
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: width).map { start in
            (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * $1) }
        }
    }

    private static func all<Source, Result>(_ values: [Source], _ transform: (Source) -> Result?) -> [Result]? {
        var results: [Result] = []
        results.reserveCapacity(values.count)
        for value in values {
            guard let result = transform(value) else { return nil }
            results.append(result)
        }
        return results
    }

    private static func integer(_ text: String) -> Int? {
        // "12.0" is no integer string, yet written by some and meant as one.
        Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }

    private static func decimal(_ text: String) -> Double? {
        // Double(_:) also takes "nan", "inf" and hexadecimal, which no decimal string is.
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) }) else { return nil }
        return Double(text).flatMap(finite)
    }

    private static func finite(_ number: Double) -> Double? { number.isFinite ? number : nil }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let isPadding: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0 }
        guard let first = bytes.firstIndex(where: { !isPadding($0) }), let last = bytes.lastIndex(where: { !isPadding($0) }) else {
            return ""
        }
        let content = bytes[first...last]
        return String(validating: content, as: UTF8.self) ?? String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
    }
}
