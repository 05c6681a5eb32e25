import Basics
import DICOM

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

    /// The first byte of the last fragment must be countable in a basic offset table's 32 bits; what compresses no better than this has none.
    private static let mostTabledBytes = 3 << 30

    /// - Throws: ``StegoError`` `.notReversible` for samples that cannot be laid out again.
    init(
        _ samples: FrameSamples, _ description: PixelDescription, _ survey: FrameSurvey, _ carriers: [Int: SamplePlanes],
        _ builder: StegoBuilder
    ) throws {
        guard let conversion = SampleConversion(description) else {
            throw StegoError(.notReversible, "Its samples could not be laid out again.")
        }
        self.samples = samples
        self.description = description
        self.carriers = carriers
        self.builder = builder
        self.conversion = conversion
        fill = description.isSigned ? .signExtension : .zero
        isAsItIs = samples.redaction == nil && samples.description == description && survey.unusedBits == fill
    }

    /// - Returns: the transfer syntax of the file.
    func write(_ header: DataSet, _ hidden: HiddenPart, to store: some ByteStore) throws -> TransferSyntax {
        guard let (syntax, encoded) = try encoding() else {
            try writeNative(header, hidden, to: store)
            return .explicitLittleEndian
        }
        let dataSet = try builder.completed(header, hidden: hidden, encoded: encoded)
        let (before, behind) = try DICOMWriter.surroundings(dataSet: dataSet, transferSyntax: syntax, nativeByteCount: nil)
        var pixels = try FragmentWriter(
            behind: before, frames: samples.original.frameCount,
            hasTable: description.byteCount * samples.original.frameCount <= Self.mostTabledBytes, to: store)
        try FramePool.shared.inOrder(samples.original.frameCount) { [frames = frameWork, effort = builder.encoding.effort] index in
            let result = try PixelCodec.encodeFrame(frames.native(index), frames.description, as: syntax, effort: effort)
            guard result.description == encoded else {
                throw DICOMError(.encodingFailed, "frame \(index + 1) was encoded differently from the first", tag: .pixelData)
            }
            return result.codestream
        } receive: { _, codestream in
            try pixels.append(codestream)
        }
        try pixels.finish(behind)
        return syntax
    }

    /// In which to encode, found out with the first frame; `nil` for native pixels.
    private func encoding() throws -> (TransferSyntax, PixelDescription)? {
        let first = try frameWork.native(0)
        for syntax in builder.transferSyntaxes(for: description) {
            do {
                return (syntax, try PixelCodec.encodeFrame(first, description, as: syntax, effort: builder.encoding.effort).description)
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
        }
        if byteCount % 2 == 1 { try store.append([0]) }
        try store.append(behind)
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

/// Writes fragments, one a frame, with a basic offset table in front of them that is filled in at the end.
private struct FragmentWriter<Store: ByteStore> {
    private let store: Store
    private let frames: Int
    /// Where the table's entries are; `nil` without a table.
    private let tableOffset: Int?
    private let start: Int
    private var offsets: [UInt8] = []

    init(behind header: [UInt8], frames: Int, hasTable: Bool, to store: Store) throws {
        let table = hasTable ? 4 * frames : 0
        try store.append(header + EncapsulatedItem.header(byteCount: table) + [UInt8](repeating: 0, count: table))
        self.store = store
        self.frames = frames
        tableOffset = hasTable ? store.byteCount - table : nil
        start = store.byteCount
    }

    mutating func append(_ codestream: [UInt8]) throws {
        let offset = store.byteCount - start
        guard tableOffset == nil || offset <= UInt32.max else {
            throw StegoError(.notReversible, "Encoding its pixels again would need \(offset) bytes.")
        }
        offsets += (0..<4).map { UInt8(truncatingIfNeeded: offset >> (8 * $0)) }
        try store.append(EncapsulatedItem.header(byteCount: codestream.count) + codestream)
    }

    func finish(_ behind: [UInt8]) throws {
        try store.append(EncapsulatedItem.delimiter + behind)
        if let tableOffset { try store.write(offsets, at: tableOffset) }
    }
}
