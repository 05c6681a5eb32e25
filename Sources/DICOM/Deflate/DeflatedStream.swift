/// Raw deflate streams (RFC 1951), as Deflated Explicit VR Little Endian holds them (PS3.5 §A.5).
public enum DeflatedStream {
    /// More than any data set inflates to; a stream that reaches it is an attack or an accident.
    public static let maximumInflatedSize = 1 << 29

    /// Inflates a stream. Bytes behind its end (the one that makes its length even) are ignored.
    ///
    /// A few writers store a zlib stream (RFC 1950) instead of a raw one; that is recognised.
    ///
    /// - Throws: `inflationFailed` when the stream is corrupt, incomplete, or larger than ``maximumInflatedSize``.
    public static func inflate(_ stream: ArraySlice<UInt8>) throws(DICOMError) -> [UInt8] {
        try inflateReportingLength(stream).inflated
    }

    /// As ``inflate(_:)``, with the number of bytes that the stream itself takes and how it is wrapped.
    static func inflateReportingLength(
        _ stream: ArraySlice<UInt8>, limit: Int = maximumInflatedSize
    ) throws(DICOMError) -> (inflated: [UInt8], consumed: Int, hasZlibHeader: Bool) {
        do throws(DICOMError) {
            let raw = try Inflater(windowBits: -15).inflateAll(stream, limit: limit)
            return (raw.inflated, raw.consumed, false)
        } catch {
            guard looksLikeZlib(stream) else { throw error }
            let wrapped = try Inflater(windowBits: 15).inflateAll(stream, limit: limit)
            return (wrapped.inflated, wrapped.consumed, true)
        }
    }

    /// The header's check of itself (RFC 1950 §2.2).
    private static func looksLikeZlib(_ stream: ArraySlice<UInt8>) -> Bool {
        let cursor = BigEndianCursor(stream)
        guard let header = cursor.uint16(at: 0) else { return false }
        return header >> 8 & 0x0F == 8 && header % 31 == 0
    }
}
