import Basics
import Crypto
import DICOM

/// A stego file of many frames whose record is open: what puts the original together again, frame by frame.
struct OpenedFrames {
    /// How the pixel value is made.
    private enum Way {
        case native(OriginalFrames, NativePixelOrder)
        case encoded(OriginalFrames, TransferSyntax, ByteEdits)
        case verbatim(ByteEdits)
        /// All of the original is in the record.
        case enclosed
    }

    private let record: Record
    private let stego: FramedFile
    private let placement: RecordPlacement
    private let way: Way

    /// - Returns: `nil` where the frames alone do not bring the original back.
    /// - Throws: ``StegoError`` `.malformedRecord`; what decoding the first frame throws.
    init?(
        record: Record, stego: FramedFile, carriers: [Int: SamplePlanes], redaction: SealedRedaction, placement: RecordPlacement,
        expectation: Expectation
    ) throws {
        self.record = record
        self.stego = stego
        self.placement = placement
        func frames(_ words: Record.SampleWords) throws -> OriginalFrames? {
            guard let samples = try StegoFrameSamples(of: stego, expectation) else { return nil }
            return try OriginalFrames(samples, words, carriers, redaction)
        }
        switch record.restoration {
        case .native(let words, let order):
            guard order.padding == nil, let frames = try frames(words), frames.description.byteCount % order.unitSize == 0 else {
                return nil
            }
            way = .native(frames, order)
        case .reencoded(let words, let uid, let edits):
            // Of one frame the edited form has its basic offset table.
            guard let edits, stego.frameCount > 1, let frames = try frames(words) else { return nil }
            way = .encoded(frames, TransferSyntax(uid: uid), edits)
        case .verbatim(let order, let edits):
            guard order.unitSize == 1 else { return nil }
            way = .verbatim(edits)
        case .enclosed: way = .enclosed
        }
    }

    /// - Parameter checkpoint: what an earlier attempt has left, and where this one tells of itself. What takes no computing begins anew.
    /// - Throws: ``StegoError`` `.digestMismatch` when the result is not what the sender recorded; what decoding and writing throw.
    func restore<Sink: ByteSink>(to sink: Sink, _ checkpoint: RestoringCheckpoint<Sink>? = nil) throws -> RevealedFrames {
        var original = DigestedSink(sink)
        try original.append(record.header)
        var taken = 0
        switch way {
        case .native(let frames, let order):
            taken = try restore(frames, in: order, to: &original, checkpoint)
        case .encoded(let frames, let syntax, let edits):
            taken = try restore(frames, as: syntax, by: edits, to: &original, checkpoint)
        case .verbatim(let edits):
            var edited = EditedBytes(edits)
            try stego.source.forEachBlock(of: stego.valueRange) { try original.append(edited.append($0)) }
            try original.append(try Self.end(of: &edited))
        case .enclosed: break
        }
        try original.append(record.trailer)
        let (digest, byteCount) = original.finished()
        guard byteCount == record.originalByteCount, digest == record.originalDigest else {
            throw StegoError(.digestMismatch, "The restored file is not the original; nothing was written.")
        }
        return RevealedFrames(
            originalDigest: digest, byteCount: byteCount, exactness: .bytes, placement: placement, takenFrames: taken)
    }

    private func restore<Sink: ByteSink>(
        _ frames: OriginalFrames, in order: NativePixelOrder, to original: inout DigestedSink<Sink>,
        _ checkpoint: RestoringCheckpoint<Sink>?
    ) throws -> Int {
        let byteCount = frames.description.byteCount
        let taken = try original.take(checkpoint?.earlier, of: frames) { _ in byteCount }
        try checkpoint?.begin(original.sink, taken)
        try frames.forEach(from: taken.count) {
            try original.append(order.stored($0))
            try checkpoint?.add(byteCount)
        }
        return taken.count
    }

    private func restore<Sink: ByteSink>(
        _ frames: OriginalFrames, as syntax: TransferSyntax, by edits: ByteEdits, to original: inout DigestedSink<Sink>,
        _ checkpoint: RestoringCheckpoint<Sink>?
    ) throws -> Int {
        var edited = EditedBytes(edits)
        // The table is empty: what the original's holds is put in.
        try original.append(edited.append(EncapsulatedItem.header(byteCount: 0)))
        let headerByteCount = EncapsulatedItem.header(byteCount: 0).count
        let taken = try original.take(checkpoint?.earlier, of: frames) { edited.skip(headerByteCount + $0) }
        edited = EditedBytes(edits)
        _ = edited.skip(headerByteCount + taken.reduce(0) { $0 + headerByteCount + $1 })
        try checkpoint?.begin(original.sink, taken)
        try frames.forEach(from: taken.count) { native in
            try PixelCodec.encodeFrame(native, frames.description, as: syntax).codestream
        } receive: { codestream in
            try original.append(edited.append(EncapsulatedItem.header(byteCount: codestream.count)))
            try original.append(edited.append(codestream))
            try checkpoint?.add(codestream.count)
        }
        try original.append(edited.append(EncapsulatedItem.delimiter) + Self.end(of: &edited))
        return taken.count
    }

    private static func end(of edited: inout EditedBytes) throws -> [UInt8] {
        guard let rest = edited.finish() else {
            throw StegoError(.malformedRecord, "The record describes another pixel value than the file holds.")
        }
        return rest
    }
}

/// The frames of an original, made of a stego file's frames.
struct OriginalFrames {
    /// Of one frame of the original.
    let description: PixelDescription
    private let samples: StegoFrameSamples
    private let words: Record.SampleWords
    private let carriers: [Int: SamplePlanes]
    private let conversion: SampleConversion
    private let restorer: RedactionCoding.FrameRestorer?

    /// - Throws: ``StegoError`` `.malformedRecord`.
    init(
        _ samples: StegoFrameSamples, _ words: Record.SampleWords, _ carriers: [Int: SamplePlanes], _ redaction: SealedRedaction
    ) throws {
        description = try samples.description.laidOut(highBit: words.highBit, colorByPlane: words.colorByPlane)
        guard let conversion = SampleConversion(description) else { throw Self.otherSamples }
        self.samples = samples
        self.words = words
        self.carriers = carriers
        self.conversion = conversion
        if case .coded(let coded) = redaction {
            restorer = try RedactionCoding.FrameRestorer(coded, planes: samples.levels(0), frames: samples.stego.frameCount)
        } else {
            restorer = nil
        }
    }

    private static var otherSamples: StegoError {
        StegoError(.malformedRecord, "The record describes other samples than the file holds.")
    }

    /// How many there are.
    var count: Int { samples.stego.frameCount }

    /// Whether a frame can be made without those before it.
    var areIndependent: Bool { restorer == nil }

    /// Native little-endian frames, in order.
    ///
    /// - Parameter first: the first of them; 0 where they are not independent.
    func forEach(from first: Int, _ receive: ([UInt8]) throws -> Void) throws { try forEach(from: first, { $0 }, receive: receive) }

    /// The same with something done to each frame, side by side.
    func forEach<Result: Sendable>(
        from first: Int, _ work: @escaping @Sendable ([UInt8]) throws -> Result, receive: (Result) throws -> Void
    ) throws {
        let maker = Maker(samples: samples, words: words, carriers: carriers, conversion: conversion, description: description)
        guard var restorer else {
            return try FramePool.shared.inOrder(count - first) {
                try work(maker.native(first + $0))
            } receive: {
                try receive($1)
            }
        }
        // What was filled is foretold from the frame before, so frames are put back one behind the other.
        try FramePool.shared.inOrder(samples.stego.frameCount) {
            try maker.levels($0)
        } receive: { index, levels in
            var levels = levels
            restorer.restore(&levels)
            try receive(work(maker.joined(levels, frame: index)))
        }
    }

    /// What the frame threads need.
    private struct Maker: Sendable {
        let samples: StegoFrameSamples
        let words: Record.SampleWords
        let carriers: [Int: SamplePlanes]
        let conversion: SampleConversion
        let description: PixelDescription

        func levels(_ frame: Int) throws -> SamplePlanes { try carriers[frame] ?? samples.levels(frame) }

        func native(_ frame: Int) throws -> [UInt8] {
            if carriers[frame] == nil, isAsItIs { return try samples.native(frame) }
            return try joined(levels(frame), frame: frame)
        }

        /// Whether the original's frame has the very bytes of the stego file's, which are canonical.
        private var isAsItIs: Bool {
            description == samples.description && words.unusedBits == (description.isSigned ? .signExtension : .zero)
        }

        func joined(_ levels: SamplePlanes, frame: Int) throws -> [UInt8] {
            guard let unusedBits = words.unusedBits.frame(frame, byteCount: description.byteCount),
                let native = conversion.join(levels, unusedBits: unusedBits, colorByPlane: words.colorByPlane)
            else { throw OriginalFrames.otherSamples }
            return native
        }
    }
}

extension UnusedBits {
    /// Those of one frame.
    ///
    /// - Returns: `nil` where there are too few.
    fileprivate func frame(_ index: Int, byteCount: Int) -> UnusedBits? {
        guard case .explicit(let words) = self else { return self }
        let range = index * byteCount..<(index + 1) * byteCount
        return range.upperBound <= words.count ? .explicit(Array(words[range])) : nil
    }
}

/// Hands bytes on and digests them.
struct DigestedSink<Sink: ByteSink> {
    let sink: Sink
    private var hash = SHA256()
    private var byteCount = 0

    init(_ sink: Sink) { self.sink = sink }

    mutating func append(_ bytes: [UInt8]) throws {
        hash.update(data: bytes)
        byteCount += bytes.count
        try sink.append(bytes)
    }

    /// Takes over what an earlier attempt has of the frames that follow, as far as it has them whole.
    ///
    /// - Parameter written: the bytes of the original that a frame becomes, given its length before the edits; called in order.
    /// - Returns: the lengths of those frames.
    fileprivate mutating func take(
        _ earlier: EarlierRestoration?, of frames: OriginalFrames, _ written: (_ length: Int) -> Int
    ) throws -> [Int] {
        guard let earlier, frames.areIndependent else { return [] }
        let start = byteCount
        var (end, count) = (start, 0)
        for length in earlier.frames.prefix(frames.count) {
            let next = end + written(length)
            guard next <= earlier.file.byteCount else { break }
            (end, count) = (next, count + 1)
        }
        try earlier.file.forEachBlock(of: start..<end) { try append($0) }
        return Array(earlier.frames.prefix(count))
    }

    func finished() -> (ContentDigest, byteCount: Int) { (ContentDigest(hash.finalize()), byteCount) }
}
