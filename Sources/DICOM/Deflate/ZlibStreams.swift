import CZlib

/// The owner of one deflating `z_stream`, which zlib wants to stay at one address.
final class Deflater {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private static let chunkSize = 1 << 14

    /// Bytes that it has read.
    var consumed: Int { Int(stream.pointee.total_in) }

    /// - Throws: `invalidValue` when zlib does not accept the parameters.
    init(_ parameters: DeflateParameters) throws(DICOMError) {
        stream.initialize(to: z_stream())
        let windowBits = parameters.hasZlibHeader ? parameters.windowBits : -parameters.windowBits
        let status = deflateInit2_(
            stream, Int32(clamping: parameters.level), Z_DEFLATED, Int32(clamping: windowBits), Int32(clamping: parameters.memoryLevel),
            Int32(clamping: parameters.strategy), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw DICOMError(.invalidValue, "zlib refuses these parameters of deflation") }
    }

    deinit {
        // After a failed initialisation there is no state, which zlib answers with an error code and nothing else.
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Deflates everything and hands the output over in pieces, until one is refused.
    ///
    /// - Throws: `invalidValue` when the input exceeds 4 GB or a piece was refused.
    func run(_ bytes: [UInt8], _ accept: (ArraySlice<UInt8>) -> Bool) throws(DICOMError) {
        guard let inputCount = UInt32(exactly: bytes.count) else { throw DICOMError(.invalidValue, "there are more than 4 GB to deflate") }
        var chunk = [UInt8](repeating: 0, count: Deflater.chunkSize)
        var status = Z_OK
        var isAccepted = true
        bytes.withUnsafeBufferPointer { source in
            // zlib declares its input without const and never writes to it.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            stream.pointee.avail_in = inputCount
            while status == Z_OK, isAccepted {
                let produced = chunk.withUnsafeMutableBufferPointer { target in
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(target.count)
                    status = CZlib.deflate(stream, Z_FINISH)
                    return target.count - Int(stream.pointee.avail_out)
                }
                isAccepted = accept(chunk[..<produced])
            }
            stream.pointee.next_in = nil
        }
        guard status == Z_STREAM_END, isAccepted else { throw DICOMError(.invalidValue, "deflation stopped early") }
    }
}

/// The owner of one inflating `z_stream`, which zlib wants to stay at one address.
final class Inflater {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private static let chunkSize = 1 << 16

    /// - Parameter windowBits: as `inflateInit2` takes them: −15 for a raw stream, 15 for one with a zlib header.
    init(windowBits: Int32) throws(DICOMError) {
        stream.initialize(to: z_stream())
        guard inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw DICOMError(.inflationFailed, "zlib could not be set up to inflate")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Inflates up to the end of the stream. The output grows with what is really inflated, up to a limit.
    func inflateAll(_ input: ArraySlice<UInt8>, limit: Int) throws(DICOMError) -> (inflated: [UInt8], consumed: Int) {
        guard let inputCount = UInt32(exactly: input.count) else {
            throw DICOMError(.inflationFailed, "the deflated data set is larger than 4 GB")
        }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: Inflater.chunkSize)
        var status = Z_OK
        input.withUnsafeBufferPointer { source in
            // zlib declares its input without const and never writes to it.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            stream.pointee.avail_in = inputCount
            while status == Z_OK, output.count <= limit {
                let produced = chunk.withUnsafeMutableBufferPointer { target in
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(target.count)
                    status = CZlib.inflate(stream, Z_NO_FLUSH)
                    return target.count - Int(stream.pointee.avail_out)
                }
                output += chunk[..<produced]
            }
            stream.pointee.next_in = nil
        }
        guard status == Z_STREAM_END else {
            let isTooLarge = output.count > limit
            throw DICOMError(
                .inflationFailed,
                isTooLarge ? "the deflated data set inflates to more than \(limit) bytes" : "the deflated data set is corrupt or incomplete"
            )
        }
        return (output, input.count - Int(stream.pointee.avail_in))
    }
}
