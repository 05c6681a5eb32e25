/// Takes fields of known length off the front of bytes that others wrote.
struct FieldReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Bytes that are left.
    var count: Int { rest.count }

    /// - Throws: `MarksError` of code `format` where fewer bytes are left.
    mutating func take(_ count: Int) throws -> [UInt8] {
        guard count >= 0, count <= rest.count else { throw MarksError(.format, "a part of the mark ends too early") }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// A number of up to eight bytes, the highest first.
    mutating func number(_ count: Int) throws -> UInt64 { try take(count).reduce(0) { $0 << 8 | UInt64($1) } }
}

extension [UInt8] {
    /// Appends the low `byteCount` bytes of a number, the highest first.
    mutating func appendBigEndian(_ number: UInt64, byteCount: Int) {
        for place in stride(from: byteCount - 1, through: 0, by: -1) { append(UInt8(truncatingIfNeeded: number >> UInt64(8 * place))) }
    }
}
