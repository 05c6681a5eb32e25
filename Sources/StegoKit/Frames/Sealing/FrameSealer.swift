public import Basics
public import DICOM

/// A stego file that was written frame by frame, and what was done to make it.
public struct SealedFrames: Sendable {
    public let originalDigest: ContentDigest
    /// Of the stego file.
    public let digest: ContentDigest
    public var report: SealReport
    /// Whether the file was reversed and compared with its original; otherwise ``InstanceSealer/proveFrames(of:name:original:byteCount:)``
    /// is the caller's to call, and the report's exactness is what that is to show.
    public let isProven: Bool
    /// Frames that an earlier attempt had encoded, and that were taken over.
    public var takenFrames = 0
}

extension InstanceSealer {
    /// Files of fewer bytes are in memory as a whole while they are sealed; reading them by frames would save nothing.
    public static let leastFramedByteCount = 32 << 20

    /// Whether a file is to be sealed or opened frame by frame if it can be: by its own length, or by that of the samples in its codestreams.
    ///
    /// - Throws: what reading throws.
    public static func isLarge(_ source: some ByteSource, name: String) throws -> Bool {
        guard source.byteCount < leastFramedByteCount else { return true }
        guard try FramedFile.isEncapsulated(source), let framed = try FramedFile(source, name: name) else { return false }
        return isLarge(framed.description)
    }

    /// Whether the samples of an image alone are that many.
    public static func isLarge(_ pixels: PixelDescription) -> Bool {
        pixels.byteCount >= leastFramedByteCount
    }

    /// Seals a large DICOM file frame by frame, with a few frames for each processor in memory at most.
    ///
    /// The result has been reversed and compared with its original, as that of ``seal(_:name:encoding:showsImage:)``, unless the caller
    /// does that.
    ///
    /// - Parameters:
    ///   - source: the file.
    ///   - name: what to call the file in errors.
    ///   - encoding: how the pixels are encoded; without one, the codec of the options, sparing bytes.
    ///   - digest: of the file, where it is known: then frames are encoded while others are still being looked at.
    ///   - checkpoint: what an earlier attempt has left, and where this one leaves what a later one may need.
    ///   - provesLater: whether the caller proves the result, and seals the file once more without this where that fails: the first way of
    ///     sealing is not tried to its end then.
    ///   - makeStore: makes a place for the stego file, anew for each way that is tried.
    /// - Returns: `nil` where it has to be sealed as a whole, and what was written is of no use: samples or
    ///   codestreams that frames alone do not bring back, a file that contradicts itself.
    /// - Throws: ``StegoError`` and `DICOMError` as ``seal(_:name:encoding:showsImage:)``; what reading and writing throw.
    public func sealFrames<Store: ByteStore>(
        of source: any ByteSource, name: String, encoding: StegoEncoding? = nil, digest: ContentDigest? = nil,
        checkpoint: SealingCheckpoint<Store>? = nil, provesLater: Bool = false, into makeStore: @escaping () throws -> Store
    ) throws -> (SealedFrames, Store)? {
        let encoding = encoding ?? StegoEncoding(options.codec)
        guard options.pixelCiphers == nil, let framed = try FramedFile(source, name: name) else { return nil }
        if !framed.isEncapsulated { try Self.requireRoom(for: framed.frameDescription.byteCount, of: DecodingLimit().frameByteCount) }
        // One frame in a codestream is sealed as a whole where there is memory for that, and passed through where it is huge.
        let isOneCodestream = framed.frameCount == 1 && framed.isEncapsulated
        guard !isOneCodestream || framed.frameDescription.isHuge else { return nil }
        let ways = Representation.candidates(for: framed.file, codec: encoding.codec)
        var sealing = FrameSealing(
            sealer: self, framed: framed, encoding: encoding, digest: digest, checkpoint: checkpoint, provesLater: provesLater,
            makeStore: makeStore)
        if ways.contains(.shown), !isOneCodestream, let sealed = try sealing.attempt(.shown, { try $0.shown() }) { return sealed }
        guard ways.contains(.verbatim), framed.isEncapsulated else { return nil }
        if let sealed = try sealing.attempt(.verbatim, { try $0.passed() }) { return sealed }
        // What is left takes all samples together, or of a lossy original the whole file beside a picture.
        guard ways.first == .verbatim, source.byteCount <= Self.mostEnclosedBytes else { return nil }
        return try sealing.attempt(.illustrated) { try $0.illustrated() } ?? sealing.enclosed()
    }

    /// Longer originals, sealed into the header, make headers that are not read by frames.
    private static let mostEnclosedBytes = 448 << 20

    /// Refuses what is more than the memory allows before any of it is read.
    ///
    /// - Parameter byteCount: of a file that is to be sealed as a whole.
    /// - Throws: ``StegoError`` `.tooLarge`.
    public static func requireRoom(for byteCount: Int) throws(StegoError) {
        try requireRoom(for: byteCount, of: DecodingLimit().byteCount)
    }

    private static func requireRoom(for byteCount: Int, of limit: Int) throws(StegoError) {
        guard byteCount > limit else { return }
        throw StegoError(
            .tooLarge,
            "Sealing it takes several times its \(Quantities.bytes(byteCount)); this machine's memory, or what of it this program may have, "
                + "allows \(Quantities.bytes(limit)).")
    }
}
