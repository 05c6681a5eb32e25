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

/// What a deflated stream inflates to.
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
