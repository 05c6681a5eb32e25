import Synchronization

/// Runs the libraries that read bytes which others wrote: the decoders of codestreams, and zlib.
///
/// Such bytes may make a library loop, crash or take all memory. ``InProcessCodecs`` runs them here, which suits tests and bytes that this
/// process has made itself; a program that reads other people's files gives ``CodecExecution/bootstrap(_:)`` an executor that keeps them
/// away from everything else. Every call blocks until it has an answer and may be made from any thread.
public protocol CodecExecutor: Sendable {
    /// Decodes one frame.
    ///
    /// - Returns: exactly `frame.byteCount` bytes.
    /// - Throws: `corruptCodestream`; `decoderFailed` when decoding did not come to an end in its limits; `decoderUnavailable` when nothing
    ///   can be said of the frame.
    func decode(_ frame: EncodedFrame) throws(DICOMError) -> [UInt8]

    /// Inflates a deflated data set.
    ///
    /// - Parameter limit: the most bytes that it may inflate to.
    /// - Throws: `inflationFailed`, `decoderUnavailable`.
    func inflate(_ stream: ArraySlice<UInt8>, limit: Int) throws(DICOMError) -> InflatedStream

    /// Finds out how a stream was deflated.
    ///
    /// - Returns: nil when it was not found in a bounded search.
    /// - Throws: `decoderUnavailable`.
    func deflateParameters(reproducing stream: ArraySlice<UInt8>, inflated: [UInt8]) throws(DICOMError) -> DeflateParameters?

    /// Deflates bytes as foreign parameters say.
    ///
    /// - Throws: `invalidValue` when zlib refuses the parameters; `decoderFailed`, `decoderUnavailable`.
    func deflate(_ bytes: [UInt8], _ parameters: DeflateParameters) throws(DICOMError) -> [UInt8]
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

/// The executor that this process uses for everything that comes from files.
public enum CodecExecution {
    private static let chosen = Mutex<any CodecExecutor>(InProcessCodecs())

    public static var current: any CodecExecutor { chosen.withLock { $0 } }

    /// Chooses the executor for the whole process; a program calls it once, before it reads the first file.
    public static func bootstrap(_ executor: any CodecExecutor) {
        chosen.withLock { $0 = executor }
    }
}

/// Runs the libraries in the calling thread.
public struct InProcessCodecs: CodecExecutor {
    public init() {}

    public func decode(_ frame: EncodedFrame) throws(DICOMError) -> [UInt8] { try frame.decoded() }

    public func inflate(_ stream: ArraySlice<UInt8>, limit: Int) throws(DICOMError) -> InflatedStream {
        try DeflatedStream.inflateInProcess(stream, limit: limit)
    }

    public func deflateParameters(reproducing stream: ArraySlice<UInt8>, inflated: [UInt8]) throws(DICOMError) -> DeflateParameters? {
        DeflatedStream.searchParameters(reproducing: stream, inflated: inflated)
    }

    public func deflate(_ bytes: [UInt8], _ parameters: DeflateParameters) throws(DICOMError) -> [UInt8] {
        try parameters.deflateInProcess(bytes)
    }
}
