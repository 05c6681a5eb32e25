public import Basics

extension InstanceSealer {
    /// Opens a stego file that was written frame by frame just as the receiver will, and compares what comes out with the original.
    ///
    /// - Parameters:
    ///   - stego: the file.
    ///   - name: what to call it in errors.
    ///   - original: the original's digest.
    ///   - byteCount: of the original.
    /// - Throws: ``ProofFailure`` for what this program made wrong; ``StegoError`` `tooLarge` and `DICOMError` for a stego file whose pixels
    ///   the receiver would not decode, or not within its limits; `DICOMError` `decoderUnavailable` where nothing is known to be wrong; what
    ///   reading throws.
    public func proveFrames(of stego: any ByteSource, name: String, original: ContentDigest, byteCount: Int) throws {
        do {
            let expectation = Expectation(codecs: StegoCodec.allCases, originalByteCount: byteCount)
            guard
                let revealed = try InstanceRevealer(compressor: compressor).openFrames(
                    of: stego, name: name, as: expectation, key: { _ in key }, into: { NowhereSink() })
            else { throw ProofFailure(what: "a file that is not read by frames") }
            guard revealed.0.originalDigest == original, revealed.0.exactness == .bytes else {
                throw ProofFailure(what: "another file")
            }
        } catch let error as StegoError where error.code != .tooLarge {
            throw ProofFailure(what: error.code == .digestMismatch ? "other bytes" : "an error: \(error)")
        }
    }
}

/// Where a proof writes to: the digest is all that is wanted of the bytes.
private final class NowhereSink: ByteSink {
    func append(_ bytes: [UInt8]) {}
}
