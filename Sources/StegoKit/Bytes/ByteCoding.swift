/// Appends the primitive values of the formats (docs/formats/record.md) to a byte buffer.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(byte: UInt8) {
        bytes.append(byte)
    }

    /// Unsigned LEB128: seven bits a byte, least significant first, the high bit set on all bytes but the last.
    mutating func put(number: Int) {
        var rest = UInt64(clamping: number)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
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

    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: some Collection<UInt8>) {
        self.bytes = ArraySlice(bytes)
        position = self.bytes.startIndex
    }

    var isAtEnd: Bool { position == bytes.endIndex }

    /// The bytes that have not been read.
    var rest: ArraySlice<UInt8> { bytes[position...] }

    mutating func byte() throws(Malformed) -> UInt8 {
        guard position < bytes.endIndex else { throw Malformed() }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() throws(Malformed) -> Int {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 63, by: 7) {
            let next = try byte()
            value |= UInt64(next & 0x7F) << shift
            if next & 0x80 == 0 {
                guard let number = Int(exactly: value) else { throw Malformed() }
                return number
            }
        }
        throw Malformed()
    }

    mutating func fixed(_ count: Int) throws(Malformed) -> [UInt8] {
        guard count >= 0, count <= bytes.endIndex - position else { throw Malformed() }
        defer { position += count }
        return Array(bytes[position..<position + count])
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
