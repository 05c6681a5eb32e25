import Basics
import DICOM

/// Frames that are encoded while their image is still being surveyed.
///
/// Only then it is known whether something is to be filled and which frames carry; but hardly any image shows text, and nearly all frames
/// carry nothing. So most of what is encoded ahead is taken over into the stego file, as what an earlier attempt has left is.
final class FramesAhead<Store: ByteStore> {
    let encoder: FrameAheadEncoder
    private let checkpoint: SealingCheckpoint<Store>?
    private let store: Store
    private let progress: SealingProgress
    private var count = 0
    private var isGivenUp = false

    /// - Parameters:
    ///   - digest: of the original, which its caller knows; the survey tells whether it is right.
    ///   - builder: as of an original with that digest.
    /// - Returns: `nil` for an original of which nothing is worth it: of one frame, which carries; one whose codestreams may lead to another
    ///   way of sealing; one that is searched for a face first; and for native stego files.
    /// - Throws: what reading and making a store throw.
    init?(
        of samples: FrameSamples, _ digest: ContentDigest, _ builder: StegoBuilder, _ checkpoint: SealingCheckpoint<Store>?,
        into makeStore: () throws -> Store
    ) throws {
        let stego = try samples.description.inStegoLayout()
        guard samples.original.frameCount > 1, !samples.original.isEncapsulated, !builder.options.redaction.defaces,
            let syntax = builder.transferSyntaxes(for: stego).first, let conversion = SampleConversion(stego)
        else { return nil }
        let work = SealingProgress.work(on: digest, filled: nil, as: syntax, builder.encoding.effort)
        let earlier = try checkpoint?.earlier.flatMap { $0.progress.work == work ? try EarlierFrames($0.progress, $0.file) : nil }
        encoder = FrameAheadEncoder(
            description: stego, conversion: conversion, isOfSameLayout: samples.description == stego, syntax: syntax,
            effort: builder.encoding.effort, earlier: earlier)
        self.checkpoint = checkpoint
        store = try makeStore()
        progress = SealingProgress(
            work: work, start: 0, carriers: [], taken: min(earlier?.count ?? 0, samples.original.frameCount))
        if progress.taken == 0 { try checkpoint?.begin(progress, store) }
    }

    /// Frames that an earlier attempt had encoded.
    var taken: Int { progress.taken }

    /// Takes the next frame.
    ///
    /// - Parameter codestream: `nil` where it could not be encoded so; nothing is encoded ahead any more then.
    /// - Throws: what writing throws.
    func receive(_ codestream: [UInt8]?) throws {
        guard !isGivenUp, let codestream else {
            isGivenUp = true
            return
        }
        try store.append(EncapsulatedItem.header(byteCount: codestream.count))
        try store.append(codestream)
        count += 1
        if count == progress.taken { try checkpoint?.begin(progress, store) }
    }

    /// For writing the stego file: with what was encoded ahead as what is taken over. Of the attempts before this one it tells as before.
    var written: SealingCheckpoint<Store> {
        SealingCheckpoint(earlier: (progress, store)) { [checkpoint, taken] progress, file in
            let told = SealingProgress(work: progress.work, start: progress.start, carriers: progress.carriers, taken: taken)
            try checkpoint?.begin(told, file)
        }
    }
}

/// Encodes a frame as the stego file holds it if nothing of it is filled and nothing is hidden in it.
struct FrameAheadEncoder: Sendable {
    let description: PixelDescription
    let conversion: SampleConversion
    /// Whether the original's words are laid out as the stego file's.
    let isOfSameLayout: Bool
    let syntax: TransferSyntax
    let effort: EncodingEffort
    let earlier: EarlierFrames?

    /// - Returns: `nil` where it cannot be encoded so.
    /// - Throws: what reading and encoding throw.
    func codestream(_ frame: Int, _ native: [UInt8], _ planes: SamplePlanes, _ fills: UnusedBitFills) throws -> [UInt8]? {
        if let codestream = try earlier?.codestream(frame) { return codestream }
        let isCanonical = isOfSameLayout && fills.contains(description.isSigned ? .signExtension : .zero)
        let fill: UnusedBits = description.isSigned ? .signExtension : .zero
        guard let words = isCanonical ? native : conversion.join(planes, unusedBits: fill, colorByPlane: false) else { return nil }
        do {
            return try PixelCodec.encodeFrame(words, description, as: syntax, effort: effort).codestream
        } catch {
            guard [.unsupportedTransferSyntax, .encodingFailed].contains(error.code) else { throw error }
            return nil
        }
    }
}
