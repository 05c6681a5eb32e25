/// The size that a bare JPEG XL codestream announces (ISO/IEC 18181-1 §D.2, "SizeHeader"), read before any decoder sees the codestream.
struct JPEGXLSize: Equatable {
    let columns: Int
    let rows: Int

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// What a bare codestream begins with; a file with boxes begins otherwise (ISO/IEC 18181-2 §9.1).
    static let signature: [UInt8] = [0xFF, 0x0A]

    /// Widths that follow from the height, by the number in the header: width = height × first / second.
    private static let ratios = [(1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1)]

    /// - Returns: nil when it is no bare codestream, or ends within its size.
    init?(_ codestream: ArraySlice<UInt8>) {
        guard codestream.starts(with: Self.signature) else { return nil }
        var bits = LeastBitsFirst(codestream.dropFirst(Self.signature.count).prefix(16))
        guard let isSmall = bits.next(1), let rows = Self.length(&bits, isSmall == 1), let ratio = bits.next(3) else { return nil }
        self.rows = rows
        if ratio == 0 {
            guard let columns = Self.length(&bits, isSmall == 1) else { return nil }
            self.columns = columns
        } else {
            let (first, second) = Self.ratios[ratio - 1]
            columns = rows * first / second
        }
    }

    /// A small length is a multiple of eight, at most 256; another one has 9, 13, 18 or 30 bits.
    private static func length(_ bits: inout LeastBitsFirst, _ isSmall: Bool) -> Int? {
        if isSmall { return bits.next(5).map { 8 * ($0 + 1) } }
        guard let choice = bits.next(2) else { return nil }
        return bits.next([9, 13, 18, 30][choice]).map { $0 + 1 }
    }
}

/// Reads bits from the least significant one of each byte on (ISO/IEC 18181-1 §B.2.1).
private struct LeastBitsFirst {
    private let bytes: ArraySlice<UInt8>
    private var position = 0

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// - Parameter count: at most 30.
    mutating func next(_ count: Int) -> Int? {
        guard position + count <= bytes.count * 8 else { return nil }
        var value = 0
        for index in 0..<count {
            let bit = position + index
            value |= Int(bytes[bytes.startIndex + bit / 8] >> UInt8(bit % 8) & 1) << index
        }
        position += count
        return value
    }
}
