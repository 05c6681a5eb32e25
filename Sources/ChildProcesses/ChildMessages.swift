/// Writes a message between a parent and its child: numbers of eight bytes in this machine's order, and texts behind their length. Both
/// sides are the same program on the same machine.
public struct MessageWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func put(_ number: Int) { withUnsafeBytes(of: number) { bytes += $0 } }

    public mutating func put(_ flag: Bool) { put(flag ? 1 : 0) }

    public mutating func put(_ text: String) {
        put(text.utf8.count)
        bytes += text.utf8
    }
}

/// Takes such a message apart. What a child says is not believed: a missing or impossible part is `nil`.
public struct MessageReader: Sendable {
    private var bytes: ArraySlice<UInt8>

    public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes)[...] }

    public var isAtEnd: Bool { bytes.isEmpty }

    public mutating func number() -> Int? {
        let size = MemoryLayout<Int>.size
        guard bytes.count >= size else { return nil }
        defer { bytes = bytes.dropFirst(size) }
        return bytes.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
    }

    public mutating func flag() -> Bool? { number().map { $0 != 0 } }

    public mutating func text() -> String? {
        guard let count = number(), (0...bytes.count).contains(count) else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
