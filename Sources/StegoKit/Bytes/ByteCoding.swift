import Basics

/// Appends the primitive values of the formats (docs/formats/record.md) to a byte buffer.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(byte: UInt8) {
        bytes.append(byte)
    }

    /// The number in ``LEB128``.
    mutating func put(number: Int) {
        LEB128.append(UInt64(clamping: number), to: &bytes)
    }

    /// The bytes as they are; their count is known to the reader.
    mutating func put(fixed value: some Sequence<UInt8>) {
        bytes.append(contentsOf: value)
    }

    /// The bytes behind their count.
    mutating func put(counted value: some Collection<UInt8>) {
        put(number: value.count)
        bytes.append(contentsOf: value)
    }

    /// The bytes behind their count, alone.
    static func counted(_ value: some Collection<UInt8>) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(counted: value)
        return writer.bytes
    }
}

/// Reads what ``ByteWriter`` wrote. Every read is checked against what is left, so no input can make it run past the end.
struct RecordReader {
    /// The bytes ended early, or a value is out of its range.
    struct Malformed: Error {}

    /// The bytes that have not been read.
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) { rest = ArraySlice(bytes) }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() throws(Malformed) -> UInt8 {
        guard let byte = rest.popFirst() else { throw Malformed() }
        return byte
    }

    /// A number below 2⁶³, in ``LEB128``.
    mutating func number() throws(Malformed) -> Int {
        guard let number = LEB128.take(from: &rest, mostBytes: 9) else { throw Malformed() }
        return Int(number)
    }

    mutating func fixed(_ count: Int) throws(Malformed) -> [UInt8] {
        guard count >= 0, count <= rest.count else { throw Malformed() }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func counted() throws(Malformed) -> [UInt8] {
        try fixed(number())
    }

    /// The counted bytes at the start of some bytes, and the bytes behind them.
    ///
    /// - Returns: `nil` if the bytes end too early.
    static func splitCounted(_ bytes: ArraySlice<UInt8>) -> (counted: [UInt8], rest: ArraySlice<UInt8>)? {
        var reader = RecordReader(bytes)
        guard let counted = try? reader.counted() else { return nil }
        return (counted, reader.rest)
    }
}
