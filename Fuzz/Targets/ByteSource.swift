import DICOM

/// Takes choices off the front of a fuzzer's bytes; zeros where they have run out.
struct ByteSource {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        let number = Int(byte()) << 8 | Int(byte())
        return range.lowerBound + number % range.count
    }

    mutating func choice<Element>(_ elements: [Element]) -> Element { elements[Int(byte()) % elements.count] }

    /// Bytes behind a count of two bytes, as many as there are.
    mutating func counted() -> [UInt8] {
        let bytes = Array(rest.prefix(number(0...65535)))
        rest = rest.dropFirst(bytes.count)
        return bytes
    }

    /// A small image; nil where the choices contradict each other.
    mutating func pixels(largest extent: Int) -> PixelDescription? {
        let (rows, columns) = (number(1...extent), number(1...extent))
        let color = choice(["MONOCHROME2", "RGB", "YBR_FULL", "YBR_FULL_422", "PALETTE COLOR", "YBR_RCT"])
        let allocated = choice([8, 16, 32, 1, 24])
        let (stored, layout) = (number(1...allocated), byte())
        return try? PixelDescription(
            rows: rows, columns: columns, samplesPerPixel: ["MONOCHROME2", "PALETTE COLOR"].contains(color) ? 1 : 3,
            planarConfiguration: Int(layout >> 1 & 1), photometricInterpretation: color, bitsAllocated: allocated, bitsStored: stored,
            highBit: layout & 4 == 0 ? stored - 1 : allocated - 1, isSigned: layout & 1 == 1)
    }

    /// The bytes from which ``pixels(largest:)`` takes such an image of words of one or two bytes.
    static func bytes(rows: Int, columns: Int, color: UInt8, allocated: UInt8, stored: Int, layout: UInt8) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: (value - 1) >> 8), UInt8(truncatingIfNeeded: value - 1)] }
        return number(rows) + number(columns) + [color, allocated] + number(stored) + [layout]
    }

    static func counted(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)] + bytes
    }
}
