import CZlib

/// Raw deflate streams (RFC 1951), as Deflated Explicit VR Little Endian holds them (PS3.5 §A.5).
public enum DeflatedStream {
    /// Inflates a stream, raw or with a zlib header (RFC 1950), in the calling thread.
    ///
    /// - Parameter limit: the most bytes that it may inflate to.
    /// - Throws: `inflationFailed`.
    static func inflateInProcess(_ stream: ArraySlice<UInt8>, limit: Int) throws(DICOMError) -> InflatedStream {
        do throws(DICOMError) {
            let raw = try Inflater(windowBits: -15).inflateAll(stream, limit: limit)
            return InflatedStream(bytes: raw.inflated, consumed: raw.consumed, hasZlibHeader: false)
        } catch {
            guard looksLikeZlib(stream) else { throw error }
            let wrapped = try Inflater(windowBits: 15).inflateAll(stream, limit: limit)
            return InflatedStream(bytes: wrapped.inflated, consumed: wrapped.consumed, hasZlibHeader: true)
        }
    }

    /// The header's check of itself (RFC 1950 §2.2).
    private static func looksLikeZlib(_ stream: ArraySlice<UInt8>) -> Bool {
        let cursor = BigEndianCursor(stream)
        guard let header = cursor.uint16(at: 0) else { return false }
        return header >> 8 & 0x0F == 8 && header % 31 == 0
    }
}

/// The result of inflating a deflated stream.
public struct InflatedStream: Sendable {
    public let bytes: [UInt8]
    /// How many bytes the stream itself takes; what follows it is no part of it.
    public let consumed: Int
    /// Whether a zlib header surrounds it (RFC 1950).
    public let hasZlibHeader: Bool

    public init(bytes: [UInt8], consumed: Int, hasZlibHeader: Bool) {
        self.bytes = bytes
        self.consumed = consumed
        self.hasZlibHeader = hasZlibHeader
    }
}

/// The parameters with which a deflated stream is made again, byte for byte, from its inflated bytes.
///
/// Nearly every writer uses zlib, whose output depends on these few numbers only.
public struct DeflateParameters: Hashable, Sendable {
    /// 0 … 9.
    public let level: Int
    /// 9 … 15: the logarithm of the window's size.
    public let windowBits: Int
    /// 1 … 9.
    public let memoryLevel: Int
    /// zlib's strategy: 0 default, 1 filtered, 2 Huffman only, 3 run lengths, 4 fixed codes.
    public let strategy: Int
    /// A zlib header and checksum surround the stream (RFC 1950), against the standard.
    public let hasZlibHeader: Bool
    /// The bytes behind the stream, usually none or the zero byte that makes its length even.
    public let trailer: [UInt8]

    public init(level: Int, windowBits: Int, memoryLevel: Int, strategy: Int, hasZlibHeader: Bool, trailer: [UInt8]) {
        self.level = level
        self.windowBits = windowBits
        self.memoryLevel = memoryLevel
        self.strategy = strategy
        self.hasZlibHeader = hasZlibHeader
        self.trailer = trailer
    }

    /// The stream that these parameters make of the bytes, trailer included; made in the calling thread.
    ///
    /// - Throws: `invalidValue` when the parameters are out of zlib's range.
    func deflateInProcess(_ bytes: [UInt8]) throws(DICOMError) -> [UInt8] {
        var output: [UInt8] = []
        try Deflater(self).run(bytes) { chunk in
            output += chunk
            return true
        }
        return output + trailer
    }

    /// Whether deflating the bytes gives the stream. Stops at the first difference.
    ///
    /// - Parameter work: less as many bytes as were read.
    func reproduces(_ stream: ArraySlice<UInt8>, from bytes: [UInt8], work: inout Int) -> Bool {
        var position = stream.startIndex
        guard let deflater = try? Deflater(self) else { return false }
        defer { work -= deflater.consumed }
        let isSame: Void? = try? deflater.run(bytes) { chunk in
            guard stream.endIndex - position >= chunk.count, stream[position..<position + chunk.count].elementsEqual(chunk) else {
                return false
            }
            position += chunk.count
            return true
        }
        return isSame != nil && position == stream.endIndex
    }
}

extension DeflatedStream {
    /// Bytes that all guesses together may read, besides what the last of them takes to its end.
    private static let searchWork = 512 << 20

    /// Finds parameters with which deflating gives this very stream, in the calling thread.
    ///
    /// - Returns: nil where none were found in a bounded search.
    static func searchParameters(
        reproducing stream: ArraySlice<UInt8>, inflated: [UInt8], work: Int = searchWork
    ) -> DeflateParameters? {
        guard let wrapped = try? inflateInProcess(stream, limit: inflated.count) else { return nil }
        let body = stream.prefix(wrapped.consumed)
        let trailer = Array(stream.dropFirst(wrapped.consumed))
        var work = work
        for guess in guesses(hasZlibHeader: wrapped.hasZlibHeader, trailer: trailer) where work > 0 {
            if guess.reproduces(body, from: inflated, work: &work) { return guess }
        }
        return nil
    }

    /// Likely ones first: any level with everything else at its default.
    private static func guesses(hasZlibHeader: Bool, trailer: [UInt8]) -> [DeflateParameters] {
        let levels = [6, 9, 1, 5, 7, 8, 2, 3, 4, 0]
        var combinations: [(level: Int, window: Int, memory: Int, strategy: Int)] = []
        for memory in [8, 9] { combinations += levels.map { ($0, 15, memory, 0) } }
        for memory in [8, 9, 7, 6, 5, 4, 3, 2, 1] {
            for strategy in memory >= 8 ? 1...4 : 0...4 { combinations += levels.map { ($0, 15, memory, strategy) } }
        }
        for window in (9...14).reversed() { combinations += levels.map { ($0, window, 8, 0) } }
        return combinations.map {
            DeflateParameters(
                level: $0.level, windowBits: $0.window, memoryLevel: $0.memory, strategy: $0.strategy, hasZlibHeader: hasZlibHeader,
                trailer: trailer)
        }
    }
}
