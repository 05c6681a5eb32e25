/// A stego file that is sent: in memory, or read piece by piece as it goes out.
public struct OutgoingBytes: Sendable {
    public let byteCount: Int
    private let read: @Sendable (Range<Int>) async throws -> [UInt8]

    /// - Parameter read: gives exactly as many bytes as a range within `0 ..< byteCount` has; it must not block.
    public init(byteCount: Int, read: @escaping @Sendable (Range<Int>) async throws -> [UInt8]) {
        self.byteCount = byteCount
        self.read = read
    }

    public init(_ bytes: [UInt8]) {
        self.init(byteCount: bytes.count) { Array(bytes[$0]) }
    }

    func chunk(_ range: Range<Int>) async throws -> [UInt8] { try await read(range) }
}
