/// Bytes that are read piece by piece, since all of them may be more than there is memory for: a file, or a stretch of one.
///
/// Every read blocks, and may be made from any thread.
public protocol ByteSource: Sendable {
    var byteCount: Int { get }

    /// - Parameter range: within `0 ..< byteCount`.
    /// - Returns: exactly as many bytes as the range has.
    /// - Throws: what keeps them from being read, also when there are fewer than there were.
    func read(_ range: Range<Int>) throws -> [UInt8]
}

/// A destination for bytes that are made one behind the other.
public protocol ByteSink: AnyObject {
    func append(_ bytes: [UInt8]) throws
}

/// Bytes that are written once, corrected in places, and read again.
public protocol ByteStore: ByteSink, ByteSource {
    /// Puts bytes in place of some that were appended before.
    func write(_ bytes: [UInt8], at offset: Int) throws
}

/// Bytes that are in memory.
public struct BytesInMemory: ByteSource {
    private let bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public var byteCount: Int { bytes.count }

    public func read(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }
}

extension ByteSource {
    /// Hands over a range in blocks, in order.
    public func forEachBlock(of range: Range<Int>, blockByteCount: Int = 1 << 20, _ body: ([UInt8]) throws -> Void) throws {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: blockByteCount) {
            try body(try read(start..<min(start + blockByteCount, range.upperBound)))
        }
    }
}
