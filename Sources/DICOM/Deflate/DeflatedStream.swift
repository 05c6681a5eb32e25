import CZlib

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

    /// As ``inflate(_:)``, with the number of bytes that the stream itself takes.
    static func inflateReportingLength(_ stream: ArraySlice<UInt8>) throws(DICOMError) -> (inflated: [UInt8], consumed: Int) {
        let hasZlibHeader = stream.count >= 2 && stream[stream.startIndex] & 0x0F == 8
            && (Int(stream[stream.startIndex]) << 8 | Int(stream[stream.startIndex + 1])) % 31 == 0
        if let result = try? run(stream, windowBits: -15) { return result }
        guard hasZlibHeader else { return try run(stream, windowBits: -15) }
        return try run(stream, windowBits: 15)
    }

    private static func run(_ stream: ArraySlice<UInt8>, windowBits: Int32) throws(DICOMError) -> (inflated: [UInt8], consumed: Int) {
        try Inflater(windowBits: windowBits).inflateAll(stream)
    }
}
