public import Basics

/// A DICOM file of many frames that is read frame by frame: only what surrounds its pixel value is in memory.
///
/// The elements are read as ``DICOMFile`` reads them. Of the pixel value it is known where each frame lies.
public struct FramedFile: Sendable {
    /// With its pixel value withheld.
    public let file: DICOMFile
    public let source: any ByteSource
    /// Of all frames.
    public let description: PixelDescription
    /// Of one frame.
    public let frameDescription: PixelDescription
    /// Where the pixel value lies in ``source``: native bytes of all frames, or everything from the basic offset table to the delimiter.
    public let valueRange: Range<Int>
    let layout: FrameLayout

    public var frameCount: Int { description.frames }
    public var isEncapsulated: Bool { file.isPixelDataEncapsulated }

    /// The bytes behind the pixel value are in memory; as a rule there are none.
    private static let longestTrailer = 64 << 20

    /// - Parameter name: the name of the file in errors.
    /// - Returns: `nil` for what is not read by frames: a deflated file, one that cannot be parsed to its end, one without an image, frames
    ///   that share bytes, and fragments that cannot be divided among the frames. ``DICOMFile`` says what is wrong with a file.
    /// - Throws: the errors of reading.
    public init?(_ source: any ByteSource, name: String) throws {
        guard let (place, header) = try PixelValuePlace.find(in: source) else { return nil }
        let walk = place.byteCount == nil ? try FragmentWalk(source, from: place.offset) : nil
        let byteCount = place.byteCount ?? walk?.byteCount ?? 0
        guard place.byteCount != nil || walk != nil, byteCount <= source.byteCount - place.offset else { return nil }
        let value = place.offset..<place.offset + byteCount
        guard let described = Self.described(header, try Self.rest(of: source, behind: value), byteCount, name) else { return nil }

        // What stands behind the samples described belongs to the trailer.
        let used = walk == nil ? value.lowerBound..<value.lowerBound + described.byteCount : value
        guard let behind = try Self.rest(of: source, behind: used),
            let file = Self.file(header, behind, used.count, name), let description = file.pixels, file.damage == nil,
            let layout = try FrameLayout(of: file, used, walk, in: source)
        else { return nil }
        self.file = file
        self.source = source
        self.description = description
        frameDescription = try description.repeated(1)
        valueRange = used
        self.layout = layout
    }

    /// Whether a file says that its pixels come in codestreams. Reads its first bytes alone.
    ///
    /// - Throws: the errors of reading.
    public static func isEncapsulated(_ source: some ByteSource) throws -> Bool {
        let beginning = try source.read(0..<min(longestMetaInformation, source.byteCount))
        return (try? FilePrologue(beginning))?.transferSyntax.isEncapsulated == true
    }

    private static let longestMetaInformation = 4096

    private static func rest(of source: some ByteSource, behind value: Range<Int>) throws -> [UInt8]? {
        let rest = value.upperBound..<source.byteCount
        return rest.count <= longestTrailer ? try source.read(rest) : nil
    }

    private static func described(_ header: [UInt8], _ rest: [UInt8]?, _ byteCount: Int, _ name: String) -> PixelDescription? {
        rest.flatMap { file(header, $0, byteCount, name)?.pixels }
    }

    private static func file(_ header: [UInt8], _ rest: [UInt8], _ byteCount: Int, _ name: String) -> DICOMFile? {
        try? DICOMFile(
            bytes: header + rest, withholding: WithheldValue(offset: header.count, byteCount: byteCount), name: name)
    }
}

extension FramedFile {
    /// The samples of one frame in native form, as ``PixelCodec/decode(_:limit:)`` gives those of all.
    ///
    /// - Parameter executor: runs the library, where the codec has one.
    /// - Returns: what they are, with one frame, and exactly as many bytes as that says.
    /// - Throws: as ``PixelCodec/decode(_:limit:)`` does; the errors of reading.
    public func native(
        _ frame: Int, limit: DecodingLimit = DecodingLimit(), by executor: any CodecExecutor
    ) throws -> (PixelDescription, [UInt8]) {
        if let order = file.nativePixelOrder {
            return (frameDescription, order.native(try source.read(layout.fragments(of: frame)[0])[...]))
        }
        let codestream = try codestream(frame)
        do throws(DICOMError) {
            try limit.checkFrame(frameDescription, codestreamByteCount: codestream.count)
            let decoded = try FrameCodec.decode(codestream[...], frameDescription, file.transferSyntax, frame: frame, by: executor)
            guard decoded.bytes.count == decoded.description.byteCount else {
                throw DICOMError(
                    .corruptCodestream, "frame \(frame + 1) does not decode to the size that the header describes", tag: .pixelData)
            }
            return (decoded.description, decoded.bytes)
        } catch {
            throw error.naming(file.name)
        }
    }

    /// The description of a frame's samples as ``native(_:limit:by:)`` decodes them, found out without decoding it.
    ///
    /// - Throws: as ``PixelCodec/decode(_:limit:)`` does of a codestream that contradicts the header; the errors of reading.
    public func decodedDescription(_ frame: Int) throws -> PixelDescription {
        guard isEncapsulated, file.transferSyntax.codec != .runLength else { return frameDescription }
        let codestream = try codestream(frame)
        do throws(DICOMError) {
            return try EncodedFrame(
                codestream: codestream[...], description: frameDescription, transferSyntax: file.transferSyntax, index: frame
            ).decodedDescription()
        } catch {
            throw error.naming(file.name)
        }
    }

    /// The codestream of one frame, joined of its fragments.
    public func codestream(_ frame: Int) throws -> [UInt8] {
        let fragments = layout.fragments(of: frame)
        guard fragments.count > 1 else { return try fragments.first.map { try source.read($0) } ?? [] }
        return try fragments.reduce(into: [UInt8]()) { $0 += try source.read($1) }
    }

    /// Where a frame ends in ``source``: what stands before the end of the last one was of it or of those before.
    public func end(of frame: Int) -> Int { layout.fragments(of: frame).last?.upperBound ?? valueRange.lowerBound }

    /// Bytes of all codestreams; of native samples where there are none.
    public var codestreamByteCount: Int { layout.byteCount }
}
