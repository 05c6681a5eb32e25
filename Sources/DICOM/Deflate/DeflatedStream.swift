/// Raw deflate streams (RFC 1951), as Deflated Explicit VR Little Endian holds them (PS3.5 §A.5).
public enum DeflatedStream {
    /// More than any data set inflates to; a stream that reaches it is an attack or an accident.
    public static let maximumInflatedSize = 1 << 29

    /// Inflates a stream. Bytes behind its end (the one that makes its length even) are ignored.
    ///
    /// A few writers store a zlib stream (RFC 1950) instead of a raw one; that is recognised.
    ///
    /// - Throws: `inflationFailed` when the stream is corrupt, incomplete, or larger than ``maximumInflatedSize`` or
    ///   than this machine's memory allows; `decoderUnavailable`.
    public static func inflate(_ stream: ArraySlice<UInt8>) throws(DICOMError) -> [UInt8] {
        try CodecExecution.current.inflate(stream, limit: min(maximumInflatedSize, DecodingLimit().byteCount)).bytes
    }

    /// As ``inflate(_:)``, in the calling thread.
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
