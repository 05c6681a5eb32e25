@testable import DICOM

extension FuzzTarget {
    /// Any bytes as a DICOM file: what was parsed is in the file, and what is written of it reads back as the same.
    static let dicomFile = FuzzTarget(
        name: "dicom-file",
        seeds: {
            let native = try SyntheticImages.native(SyntheticImages.description(rows: 4, columns: 4))
            let big = try SyntheticImages.rich()
            return [native, big, Array(native[132...]), Array(native.dropLast(40))]
        },
        run: { bytes in
            _ = try? StorageIdentity(of: bytes)
            let file = try DICOMFile(bytes: bytes, name: "fuzz")
            if let order = file.nativePixelOrder, let range = file.pixelDataRange {
                let stored = file.expanded[range]
                try require(order.stored(order.native(stored)) == Array(stored), "the native order of pixel bytes can be undone")
            }
            let header = try PublicHeader.make(from: file, pixels: file.pixels) { UniqueIdentifier.named($0) }
            let written = try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian)
            let read = try? DICOMFile(bytes: written, name: "written")
            try require(
                read.map { PublicHeader.digest(of: $0.dataSet) } == PublicHeader.digest(of: header), "a header reads back as written")
            let whole = try DICOMWriter.write(dataSet: file.dataSet, transferSyntax: .explicitLittleEndian)
            let again = try? DICOMFile(bytes: whole, name: "written")
            try require(again != nil, "a written file can be read")
            if let again, again.damage == nil {
                let second = try? DICOMWriter.write(dataSet: again.dataSet, transferSyntax: .explicitLittleEndian)
                try require(second == whole, "what was written and read is written as the same")
            }
        })

    /// Encapsulated pixel data: what is taken out of a value because no decoder needs it makes the original value again.
    static let encapsulatedFile = FuzzTarget(
        name: "encapsulated-file", maximumByteCount: 8192,
        seeds: {
            try SyntheticImages.lossless.flatMap { syntax in
                try SyntheticImages.encoded(as: syntax).map { try SyntheticImages.encapsulated($0, syntax) }
            }
        },
        run: { bytes in
            let file = try DICOMFile(bytes: bytes, name: "fuzz")
            guard file.isPixelDataEncapsulated, let range = file.pixelDataRange else { return }
            _ = PlainEncapsulation.obstacle(in: file)
            let needed = try NeededPixels(of: file)
            try require(
                needed.edits.applied(to: needed.pixels.serialised()) == Array(file.expanded[range]), "the edits make the original value")
            try require(needed.pixels.fragments.count == file.pixels?.frames, "each frame has its fragment")
            try require(
                needed.pixels.edits(toValueOf: file)?.applied(to: needed.pixels.editedForm) == Array(file.expanded[range]),
                "edits are found for a value that differs in what is not needed")
        })

    /// One codestream by all that walks through codestreams: what is needed of it is needed whole.
    static let codestreamWalk = FuzzTarget(
        name: "codestream-walk",
        seeds: {
            var seeds: [[UInt8]] = []
            for (number, syntax) in walked.enumerated() where SyntheticImages.lossless.contains(syntax) {
                seeds += try codestreamSeeds(syntax).map { [UInt8(number)] + $0 }
            }
            return seeds
        },
        run: { bytes in
            var source = ByteSource(bytes)
            let syntax = source.choice(walked)
            guard let description = source.pixels(largest: 64) else { return }
            let codestream = source.rest
            _ = CodestreamHeader.read(codestream, codec: syntax.codec)
            _ = CodestreamExtent.byteCount(codestream, codec: syntax.codec)
            _ = HighThroughputCodestream(codestream)
            _ = JPEGLSSegments.withoutApplicationData(codestream)
            if syntax.codec == .runLength { _ = RunLength.fills(codestream, description) }
            guard let frame = WalkedFrame(codestream, description, syntax.codec) else { return }
            let needed = frame.parts.needed
            for copy in frame.parts.copies {
                let start = codestream.startIndex + copy.target
                try require(
                    codestream[start..<start + copy.count] == needed[copy.base..<copy.base + copy.count],
                    "a copy names the same bytes on both sides")
            }
            let again = WalkedFrame(needed[...], description, syntax.codec)
            try require(again?.parts.needed == needed, "what is needed can be walked and is needed whole")
        })

    private static let walked: [TransferSyntax] = SyntheticImages.lossless + [.jpegBaseline, .jpegExtended, .jpeg2000]

    /// Codestreams behind the bytes that describe their image.
    static func codestreamSeeds(_ syntax: TransferSyntax) throws -> [[UInt8]] {
        let grey = try SyntheticImages.description()
        let greySeed =
            try ByteSource.bytes(rows: 32, columns: 32, color: 0, allocated: 1, stored: 12, layout: 0)
            + PixelCodec.encode(SyntheticImages.samples(of: grey), grey, as: syntax).fragments[0]
        guard SyntheticImages.takesColour(syntax) else { return [greySeed] }
        let colour = try SyntheticImages.description(color: "RGB", allocated: 8, stored: 8)
        return try [
            greySeed,
            ByteSource.bytes(rows: 32, columns: 32, color: 1, allocated: 0, stored: 8, layout: 0)
                + PixelCodec.encode(SyntheticImages.samples(of: colour), colour, as: syntax).fragments[0],
        ]
    }
}
