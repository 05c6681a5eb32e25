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

/// The executor that this process uses for everything that comes from files.
public enum CodecExecution {
    private static let chosen = Mutex<any CodecExecutor>(InProcessCodecs())
    /// For the current task alone, instead of the process' choice.
    @TaskLocal package static var ofTask: (any CodecExecutor)?

    public static var current: any CodecExecutor { ofTask ?? chosen.withLock { $0 } }

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

// MARK: What goes to the executor

extension DeflatedStream {
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

    /// Finds parameters with which deflating gives this very stream.
    ///
    /// Tries what writers really use first, then everything else that zlib allows with a full window, as long as that is reasonable. A wrong
    /// guess is noticed after its first block; where one block holds a whole image, few guesses are made.
    ///
    /// - Parameters:
    ///   - stream: everything behind the file meta information.
    ///   - inflated: what ``inflate(_:)`` made of it.
    /// - Returns: nil when zlib did not make the stream, or it was flushed in between, or the search would be too long; then the stream
    ///   itself must be kept.
    /// - Throws: `decoderUnavailable`.
    public static func parameters(
        reproducing stream: ArraySlice<UInt8>, inflated: [UInt8]
    ) throws(DICOMError) -> DeflateParameters? {
        try CodecExecution.current.deflateParameters(reproducing: stream, inflated: inflated)
    }
}

extension DeflateParameters {
    /// The stream that these parameters make of the bytes, trailer included.
    ///
    /// - Throws: `invalidValue` when the parameters are out of zlib's range; `decoderFailed` when that takes too long, `decoderUnavailable`.
    public func deflate(_ bytes: [UInt8]) throws(DICOMError) -> [UInt8] {
        try CodecExecution.current.deflate(bytes, self)
    }
}
