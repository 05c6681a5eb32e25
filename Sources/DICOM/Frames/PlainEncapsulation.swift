/// Encapsulated pixel data in which every reader finds the same frames, with offset tables or without.
///
/// Only such pixel data may come back as other codestreams of the same pixels: what readers read differently before would be
/// something else for one of them afterwards. docs/exactness.md lists what is asked and why.
public enum PlainEncapsulation {
    /// Elements whose values are true of one encoding only: the extended offset table with its lengths, the total length of the pixel
    /// data (PS3.3 §C.7.6.3), the group's length (retired), and digital signatures (PS3.15 Annex C).
    private static let encodingElements: [(tag: Tag, name: String)] = [
        (Tag(0x7FE0, 0x0001), "an extended offset table"), (Tag(0x7FE0, 0x0002), "extended offset table lengths"),
        (Tag(0x7FE0, 0x0003), "the total length of its pixel data"), (Tag(0x7FE0, 0x0000), "the length of the pixel data's group"),
        (Tag(0xFFFA, 0xFFFA), "digital signatures"),
    ]

    /// The obstacle that keeps the pixel data of a file from being plain, for a person; nil when there is none.
    public static func obstacle(in file: DICOMFile) -> String? {
        guard let description = file.pixels, let range = file.pixelDataRange, file.isPixelDataEncapsulated else {
            return "it has no encapsulated pixel data"
        }
        if let element = encodingElements.first(where: { file.dataSet[$0.tag] != nil }) {
            return "it carries \(element.name)"
        }
        guard PlainStructure.isPlain(file.bytes) else { return "readers could differ on where its elements are" }
        let bytes = file.expanded
        let items = FragmentedFrames.items(bytes, range)
        guard let table = items.first, let last = items.last, endsWithDelimiter(bytes, range, behind: last) else {
            return "its fragments have no proper end"
        }
        guard !items.dropFirst().contains(where: \.isEmpty) else { return "one of its fragments is empty" }
        guard let frames = try? FragmentedFrames(bytes, range, frames: description.frames, syntax: file.transferSyntax) else {
            return "its fragments cannot be divided among its frames"
        }
        guard table.isEmpty || isRight(table, bytes, frames) else { return "its offset table does not point to its frames" }
        return obstacle(in: frames, bytes, description, file.transferSyntax.codec)
    }

    /// The obstacle that keeps other codestreams of the same pixels from taking the place of those in a file: readers that believe a
    /// codestream rather than the data set would see another precision, sign or colour, and decoders make different pixels of damaged ones.
    public static func obstacle(toReplacing file: DICOMFile, by pixels: EncapsulatedPixels) -> String? {
        guard let description = file.pixels, let range = file.pixelDataRange,
            let frames = try? FragmentedFrames(file.expanded, range, frames: description.frames, syntax: file.transferSyntax)
        else { return "it has no frames" }
        let codec = file.transferSyntax.codec
        guard codec != .runLength else { return nil }
        for (old, new) in zip(frames.codestreams(in: file.expanded), pixels.fragments) {
            guard isSound(old, replacedBy: new, description, codec) else { return "one of its codestreams is damaged" }
        }
        let replaced = zip(frames.codestreams(in: file.expanded), pixels.fragments).first { old, new in
            CodestreamMeaning(old, codec: codec) != CodestreamMeaning(new[...], codec: codec)
        }
        return replaced == nil ? nil : "its codestreams say other things of their samples than new ones would"
    }

    /// Whether a codestream is undamaged as far as can be told without decoding it, and says of every sample what its replacement says.
    ///
    /// JPEG-LS cannot be walked; its samples are computed modulo their range, so decoders do not differ.
    private static func isSound(
        _ old: ArraySlice<UInt8>, replacedBy new: [UInt8], _ description: PixelDescription, _ codec: TransferSyntax.Codec
    ) -> Bool {
        switch codec {
        case .jpeg:
            let samples = JPEGWalk.losslessSamples(old, description)
            return samples != nil && samples == JPEGWalk.losslessSamples(new[...], description)
        case .jpeg2000, .highThroughputJPEG2000: return WalkedFrame(old, description, codec) != nil
        case .jpegXL: return false
        case .jpegLS, .native, .runLength, .other: return true
        }
    }

    private static func endsWithDelimiter(_ bytes: [UInt8], _ range: Range<Int>, behind last: Range<Int>) -> Bool {
        let reader = ByteReader(bytes: bytes, isBigEndian: false)
        // A delimiter with a length makes some readers look for what it announces.
        return range.upperBound - last.upperBound == 8 && reader.tag(at: last.upperBound) == .sequenceDelimitationItem
            && reader.uint32(at: last.upperBound + 4) == 0
    }

    private static func isRight(_ table: Range<Int>, _ bytes: [UInt8], _ frames: FragmentedFrames) -> Bool {
        let starts = frames.ranges.compactMap { $0.first.map { $0.lowerBound - 8 - table.upperBound } }
        return table.count == 4 * frames.ranges.count && FragmentedFrames.offsets(bytes, table) == starts
    }

    /// Each frame must be one codestream that ends by itself, with nothing but zeros behind.
    private static func obstacle(
        in frames: FragmentedFrames, _ bytes: [UInt8], _ description: PixelDescription, _ codec: TransferSyntax.Codec
    ) -> String? {
        for (fragments, codestream) in zip(frames.ranges, frames.codestreams(in: bytes)) {
            if codec == .runLength {
                // A run-length coded frame is one fragment (PS3.5 §A.4.2).
                guard fragments.count == 1, RunLength.fills(codestream, description) else { return "a fragment is not exactly one frame" }
            } else {
                guard let count = CodestreamExtent.byteCount(codestream, codec: codec) else { return "a codestream does not end properly" }
                guard codestream.dropFirst(count).allSatisfy({ $0 == 0 }) else { return "something stands behind a codestream" }
            }
        }
        return nil
    }
}

/// The samples as a reader understands them that believes the codestream.
private struct CodestreamMeaning: Equatable {
    private let header: CodestreamHeader?
    /// The segments that JPEG decoders take for hints of the colour model: component identifiers, JFIF's and Adobe's segments.
    private var colourHints: [[UInt8]] = []
    private var hasComponentTransform: Bool?

    init(_ codestream: ArraySlice<UInt8>, codec: TransferSyntax.Codec) {
        header = CodestreamHeader.read(codestream, codec: codec)
        guard let header, header.components > 1 else { return }
        switch codec {
        case .jpeg2000, .highThroughputJPEG2000: hasComponentTransform = JPEG2000MainHeader.hasComponentTransform(codestream)
        case .jpeg, .jpegLS: colourHints = Self.colourHints(codestream, components: header.components)
        case .native, .jpegXL, .runLength, .other: break
        }
    }

    private static func colourHints(_ codestream: ArraySlice<UInt8>, components: Int) -> [[UInt8]] {
        let reader = BigEndianCursor(codestream)
        var hints: [[UInt8]] = []
        var offset = 2
        while let marker = reader.uint16(at: offset), marker != 0xFFDA, let length = reader.uint16(at: offset + 2), length >= 2 {
            let content = codestream.dropFirst(offset + 4).prefix(length - 2)
            switch marker {
            case 0xFFE0: hints.append(Array(content.prefix(4)))
            case 0xFFEE: hints.append(Array(content))
            case 0xFFC0...0xFFCF where ![0xFFC4, 0xFFC8, 0xFFCC].contains(marker), 0xFFF7:
                // Identifier and sampling factors of each component; the table numbers are the encoder's own.
                hints += (0..<components).map { Array(content.dropFirst(6 + 3 * $0).prefix(2)) }
            default: break
            }
            offset += 2 + length
        }
        return hints
    }
}

/// One frame after its walk.
struct WalkedFrame {
    let parts: CodestreamParts
    let precision: Int

    /// Nil when the codestream cannot be walked to its end, or is another image than the data set says.
    init?(_ codestream: ArraySlice<UInt8>, _ description: PixelDescription, _ codec: TransferSyntax.Codec) {
        switch codec {
        case .runLength:
            guard let walked = RunLengthParts.parts(of: codestream, description) else { return nil }
            (parts, precision) = (walked, description.bitsAllocated)
        case .jpeg:
            guard let (frame, walked) = JPEGWalk.walked(codestream, description) else { return nil }
            (parts, precision) = (walked, frame.precision)
        case .jpeg2000, .highThroughputJPEG2000:
            let bare = JP2Boxes.codestream(in: codestream)
            guard let header = CodestreamHeader.read(bare, codec: codec), header.columns == description.columns,
                header.rows == description.rows, header.components == description.samplesPerPixel,
                let walked = JPEG2000Walk.parts(of: bare, header, offset: bare.startIndex - codestream.startIndex)
            else { return nil }
            (parts, precision) = (walked, header.precision)
        case .jpegLS:
            guard let walked = JPEGLSWalk.walked(codestream, description) else { return nil }
            (parts, precision) = (walked.parts, walked.precision)
        case .native, .jpegXL, .other: return nil
        }
    }

    /// Everything between the tables.
    var texts: [ArraySlice<UInt8>] {
        var start = 0
        var texts: [ArraySlice<UInt8>] = []
        for table in parts.tables + [parts.needed.count..<parts.needed.count] {
            texts.append(parts.needed[start..<table.lowerBound])
            start = table.upperBound
        }
        return texts
    }
}
