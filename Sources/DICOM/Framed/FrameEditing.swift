/// Finds, frame by frame, what makes a file's encapsulated value of another one of the same frames, with a fragment for each.
public struct FrameEditing: Sendable {
    /// The stretches of a codestream that stand in the original's as well.
    public struct Stretches: Sendable {
        let copies: [ByteCopy]
        /// Of the codestream.
        let byteCount: Int
    }

    private let original: FramedFile
    private var gaps = ByteGaps()
    /// Behind the basic offset table.
    private var base: Int
    private var frame = 0

    /// - Parameter hasTable: whether the other value has its basic offset table. With an empty one it can be made from its beginning to its
    ///   end without knowing how long its fragments will be.
    public init(of original: FramedFile, hasTable: Bool) {
        self.original = original
        base = 8 + (hasTable ? 4 * original.frameCount : 0)
    }

    /// Looks at one frame; any thread may, in any order.
    ///
    /// - Parameter codestream: the frame encoded again, of even length.
    /// - Returns: `nil` where the two differ in what decoding needs, or where that cannot be told.
    /// - Throws: the errors of reading.
    public func stretches(_ codestream: [UInt8], ofFrame index: Int) throws -> Stretches? {
        let own = try original.codestream(index)
        let copies = EncapsulatedPixels.sameStretches(
            codestream, own[...], original.frameDescription, original.file.transferSyntax.codec)
        return copies.map { Stretches(copies: $0, byteCount: codestream.count) }
    }

    /// Adds what was found of the next frame.
    public mutating func add(_ found: Stretches) {
        base += 8
        var joined = JoinedFragments(original.layout.fragments(of: frame))
        for copy in found.copies {
            joined.forEachPart(of: copy) { part in
                gaps.add(
                    ByteCopy(base: base + part.base, target: part.target - original.valueRange.lowerBound, count: part.count))
            }
        }
        base += found.byteCount
        frame += 1
    }

    /// - Parameter limit: bytes that may be put in.
    /// - Returns: `nil` where it takes more.
    /// - Throws: the errors of reading.
    public mutating func finish(limit: Int) throws -> ByteEdits? {
        // The delimiter.
        gaps.close(base + 8, original.valueRange.count)
        guard gaps.insertedByteCount <= limit else { return nil }
        let start = original.valueRange.lowerBound
        return try gaps.edits { [source = original.source] in try source.read(start + $0.lowerBound..<start + $0.upperBound) }
    }
}

/// The part of one frame's codestream that decoding needs, as ``NeededPixels`` finds it of all frames.
public struct NeededFrame: Sendable {
    /// A whole codestream, of even length.
    public let codestream: [UInt8]
    /// The parts of it that may be searched for text.
    public let texts: [ArraySlice<UInt8>]
    /// The bits that its samples have.
    public let precision: Int
    /// The parts of it that stand in the original's codestream.
    public let stretches: FrameEditing.Stretches
}

extension FramedFile {
    /// Divides the codestream of a frame into what decoding needs and what not. Any thread may ask for any frame.
    ///
    /// - Parameter limit: how large a frame may be.
    /// - Throws: `corruptCodestream` where it cannot be walked to its end, `pixelsTooLarge`; the errors of reading.
    public func needed(_ frame: Int, limit: DecodingLimit = DecodingLimit()) throws -> NeededFrame {
        let codestream = try codestream(frame)
        try limit.checkFrame(frameDescription, codestreamByteCount: codestream.count)
        guard let walked = WalkedFrame(codestream[...], frameDescription, file.transferSyntax.codec) else {
            throw DICOMError(
                .corruptCodestream, "frame \(frame + 1) cannot be divided into what \(file.transferSyntax) needs and what not",
                tag: .pixelData)
        }
        let needed = walked.parts.needed
        let padded = needed.count % 2 == 0 ? needed : needed + [0]
        return NeededFrame(
            codestream: padded, texts: walked.texts, precision: walked.precision,
            stretches: FrameEditing.Stretches(copies: walked.parts.copies, byteCount: padded.count))
    }
}
