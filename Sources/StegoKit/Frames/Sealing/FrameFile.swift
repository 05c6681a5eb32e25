import Basics
import DICOM
import Synchronization

/// Writes a stego file: its header, and then the frames as they are done, side by side and in order.
struct FrameFile {
    private let samples: FrameSamples
    /// Of one frame of the stego file.
    private let description: PixelDescription
    /// The stego levels of the frames that carry.
    private let carriers: [Int: SamplePlanes]
    private let builder: StegoBuilder
    private let isAsItIs: Bool
    private let conversion: SampleConversion
    private let fill: UnusedBits
    /// More bytes are refused as soon as they are written.
    private let limit: Int?

    /// The first byte of the last fragment must be countable in a basic offset table's 32 bits; what compresses no better than this has none.
    private static let mostTabledBytes = 3 << 30

    /// - Throws: ``StegoError`` `.notReversible` for samples that cannot be laid out again.
    init(
        _ samples: FrameSamples, _ description: PixelDescription, _ survey: FrameSurvey, _ carriers: [Int: SamplePlanes],
        _ builder: StegoBuilder, limit: Int?
    ) throws {
        guard let conversion = SampleConversion(description) else {
            throw StegoError(.notReversible, "Its samples could not be laid out again.")
        }
        self.samples = samples
        self.description = description
        self.carriers = carriers
        self.builder = builder
        self.conversion = conversion
        self.limit = limit
        fill = description.isSigned ? .signExtension : .zero
        isAsItIs = samples.redaction == nil && samples.description == description && survey.unusedBits == fill
    }

    /// - Parameters:
    ///   - checkpoint: what an earlier attempt has left, and where this one tells of itself; native frames take no time worth it.
    ///   - basis: what the frames are made of: the original's digest, and what is filled.
    /// - Returns: the transfer syntax of the file, and how many frames were taken over.
    func write<Store: ByteStore>(
        _ header: DataSet, _ hidden: HiddenPart, to store: Store, _ checkpoint: SealingCheckpoint<Store>? = nil,
        basis: (original: ContentDigest, filled: [UInt8]?)? = nil
    ) throws -> (TransferSyntax, taken: Int) {
        guard let (syntax, first, encoded) = try encoding() else {
            try writeNative(header, hidden, to: store)
            return (.explicitLittleEndian, 0)
        }
        let dataSet = try builder.completed(header, hidden: hidden, encoded: encoded)
        let (before, behind) = try DICOMWriter.surroundings(dataSet: dataSet, transferSyntax: syntax, nativeByteCount: nil)
        var pixels = try FragmentWriter(
            behind: before, frames: samples.original.frameCount,
            hasTable: description.byteCount * samples.original.frameCount <= Self.mostTabledBytes, to: store)
        let work = basis.map { SealingProgress.work(on: $0.original, filled: $0.filled, as: syntax, builder.encoding.effort) } ?? []
        let earlier = try checkpoint?.earlier.flatMap { $0.progress.work == work ? try EarlierFrames($0.progress, $0.file) : nil }
        let taken = min(earlier?.count ?? 0, samples.original.frameCount)
        let progress = SealingProgress(work: work, start: store.byteCount, carriers: carriers.keys.sorted(), taken: taken)
        if taken == 0 { try checkpoint?.begin(progress, store) }
        try FramePool.shared.inOrder(samples.original.frameCount) { [frames = frameWork, effort = builder.encoding.effort] index in
            if !frames.carries(index), let codestream = try earlier?.codestream(index) { return codestream }
            if index == 0, let codestream = first.take() { return codestream }
            let result = try PixelCodec.encodeFrame(frames.native(index), frames.description, as: syntax, effort: effort)
            guard result.description == encoded else {
                throw DICOMError(.encodingFailed, "frame \(index + 1) was encoded differently from the first", tag: .pixelData)
            }
            return result.codestream
        } receive: { index, codestream in
            try pixels.append(codestream)
            if index + 1 == taken { try checkpoint?.begin(progress, store) }
            try requireReasonable(store.byteCount)
        }
        try pixels.finish(behind)
        return (syntax, taken)
    }

    /// In which to encode, found out with the first frame, and that frame encoded; `nil` for native pixels.
    private func encoding() throws -> (TransferSyntax, FirstFrame, PixelDescription)? {
        let syntaxes = builder.transferSyntaxes(for: description)
        guard !syntaxes.isEmpty else { return nil }
        let first = try frameWork.native(0)
        for syntax in syntaxes {
            do {
                let result = try PixelCodec.encodeFrame(first, description, as: syntax, effort: builder.encoding.effort)
                return (syntax, FirstFrame(result.codestream), result.description)
            } catch {
                guard [.unsupportedTransferSyntax, .encodingFailed].contains(error.code) else { throw error }
            }
        }
        return nil
    }

    private func writeNative(_ header: DataSet, _ hidden: HiddenPart, to store: some ByteStore) throws {
        let dataSet = try builder.completed(header, hidden: hidden, encoded: nil)
        let byteCount = description.byteCount * samples.original.frameCount
        let (before, behind) = try DICOMWriter.surroundings(
            dataSet: dataSet, transferSyntax: .explicitLittleEndian, nativeByteCount: byteCount + byteCount % 2)
        try store.append(before)
        try FramePool.shared.inOrder(samples.original.frameCount) { [frames = frameWork] in
            try frames.native($0)
        } receive: { _, native in
            try store.append(native)
            try requireReasonable(store.byteCount)
        }
        if byteCount % 2 == 1 { try store.append([0]) }
        try store.append(behind)
    }

    private func requireReasonable(_ byteCount: Int) throws {
        guard byteCount <= limit ?? .max else {
            throw StegoError(.notReversible, "Encoding its pixels again would need more than \(byteCount) bytes.")
        }
    }

    private var frameWork: Work {
        Work(
            samples: samples, carriers: carriers, isAsItIs: isAsItIs, conversion: conversion, fill: fill, description: description)
    }

    /// What the frame threads need.
    private struct Work: Sendable {
        let samples: FrameSamples
        let carriers: [Int: SamplePlanes]
        /// Whether a frame that carries nothing has the very bytes of the original's.
        let isAsItIs: Bool
        let conversion: SampleConversion
        let fill: UnusedBits
        let description: PixelDescription

        func carries(_ index: Int) -> Bool { carriers[index] != nil }

        /// A frame as the stego file holds it.
        func native(_ index: Int) throws -> [UInt8] {
            if isAsItIs, carriers[index] == nil { return try samples.native(index) }
            let planes = try carriers[index] ?? samples.shown(index)
            guard let native = conversion.join(planes, unusedBits: fill, colorByPlane: false) else {
                throw StegoError(.notReversible, "Its samples could not be laid out again.")
            }
            return native
        }
    }
}

/// A frame that was encoded to see how, until it is asked for: it may be a large part of the memory.
private final class FirstFrame: Sendable {
    private let codestream: Mutex<[UInt8]?>

    init(_ codestream: [UInt8]) { self.codestream = Mutex(codestream) }

    /// - Returns: `nil` when it was taken before.
    func take() -> [UInt8]? {
        codestream.withLock { codestream in
            defer { codestream = nil }
            return codestream
        }
    }
}
