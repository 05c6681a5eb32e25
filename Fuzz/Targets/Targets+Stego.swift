import Basics
import Crypto
import DICOM

@testable import StegoKit

extension FuzzTarget {
    private static let key = StudyKey(constant: 7)
    private static let compressor = HeaderCompressor()

    /// Header texts of many repertoires, and whether the scan finds them again in the open.
    static let identityScan = FuzzTarget(
        name: "identity-scan", maximumByteCount: 1024,
        seeds: {
            [
                [0] + ByteSource.counted(Array("SYNTHETIC^NOBODY".utf8)) + Array("..SYNTHETIC^NOBODY..".utf8),
                [6] + ByteSource.counted([0x1B, 0x24, 0x42, 0x3B, 0x33, 0x45, 0x44, 0x1B, 0x28, 0x42]) + [1, 2, 3],
                [7] + ByteSource.counted([0x1B, 0x24, 0x29, 0x43, 0xB1, 0xE8, 0x5E]) + [1, 2, 3],
                [3] + ByteSource.counted([0xD0, 0xC7]) + [4],
            ]
        },
        run: { bytes in
            var source = ByteSource(bytes)
            let terms = ["", "ISO_IR 192", "ISO_IR 100", "ISO_IR 144", "GB18030", "ISO_IR 13", "\\ISO 2022 IR 87", "\\ISO 2022 IR 149"]
            let (term, text) = (source.choice(terms), source.counted())
            let dataSet = DataSet([
                DataElement(.specificCharacterSet, .CS, strings: [term]), DataElement(.patientName, .PN, bytes: text),
                DataElement(Tag(0x0010, 0x0020), .LO, bytes: text), DataElement(Tag(0x0040, 0xA160), .UT, bytes: text),
            ])
            let scan = IdentityScan(of: [dataSet])
            _ = scan.finds(in: [source.rest])
            let isPlain = text.count >= 16 && Set(text).count >= 12 && text.allSatisfy { (0x41...0x5A).contains($0) }
            if isPlain { try require(scan.finds(in: [[1, 2, 3] + text + [4, 5, 6]]), "a name in the open is found") }
        })

    /// The record and what is in the sealed element, from a sender that holds the keys: parsed, written again, and used for a restoration.
    static let record = FuzzTarget(
        name: "record", maximumByteCount: 2048,
        seeds: {
            let words = Record.SampleWords(highBit: 11, colorByPlane: false, unusedBits: .zero)
            let edits = ByteEdits([.init(kept: 8, removed: 2, inserted: [1, 2, 3])])
            let deflation = Record.Deflation(
                parameters: DeflateParameters(
                    level: 6, windowBits: 15, memoryLevel: 8, strategy: 0, hasZlibHeader: false, trailer: [0]), dataSetOffset: 4)
            let restorations: [Record.Restoration] = [
                .native(words, .littleEndian), .native(words, NativePixelOrder(unitSize: 2, padding: 0)),
                .reencoded(words, transferSyntax: TransferSyntax.jpeg2000Lossless.uid, edits: nil),
                .reencoded(words, transferSyntax: TransferSyntax.runLength.uid, edits: edits), .verbatim(.littleEndian, edits), .enclosed,
            ]
            let digest = ContentDigest(of: [])
            let records = restorations.map {
                Record(
                    restoration: $0, originalByteCount: 10, originalDigest: digest, pixelDigest: digest, deflation: deflation,
                    header: [1, 2, 3, 4, 5, 6], trailer: [7])
            }
            let excerpt = IdentityExcerpt(originalDigest: digest, pixelDigest: digest, file: try SyntheticImages.rich())
            let coded = try records.map { try RecordCoding.encode($0, with: compressor) } + [RecordCoding.encode(excerpt, with: compressor)]
            return try coded.map { try [0, $0[0]] + compressor.decompress(Array($0.dropFirst()), maximumByteCount: 1 << 20) }
                + [[1] + coded[0], [2] + ElementContent(record: coded[0], restoration: [1, 2], pixelsCarryExcerpt: true).encoded]
        },
        run: { bytes in
            var source = ByteSource(bytes)
            switch source.byte() {
            case 0:
                let coded = try [source.byte()] + compressor.compress(Array(source.rest))
                let content = try RecordCoding.decode(coded, with: compressor, maximumByteCount: 1 << 20)
                try requireSame(content)
                if case .record(let record) = content { try reassemble(record) }
            case 1: _ = try RecordCoding.decode(Array(source.rest), with: compressor, maximumByteCount: 1 << 20)
            default:
                let content = try ElementContent(decoding: Array(source.rest))
                let again = try? ElementContent(decoding: content.encoded)
                try require(again == content, "what an element holds is written as it was read")
            }
        })

    private static func requireSame(_ content: RecordCoding.Content) throws {
        let again: [UInt8]? =
            switch content {
            case .record(let record): try? RecordCoding.encode(record, with: compressor)
            case .excerpt(let excerpt): try? RecordCoding.encode(excerpt, with: compressor)
            }
        let decoded = again.flatMap { try? RecordCoding.decode($0, with: compressor, maximumByteCount: 1 << 21) }
        try require(decoded == content, "a record is written as it was read")
    }

    private static let cover = Result { () throws -> DICOMFile in
        try DICOMFile(bytes: SyntheticImages.native(SyntheticImages.description(rows: 12, columns: 12)), name: "cover")
    }

    /// A result that no digest proves must be refused: the digest of a mutated record proves nothing but by chance.
    private static func reassemble(_ record: Record) throws {
        let stego = try cover.get()
        _ = try OriginalAssembler(record: record, stego: stego, redaction: SealedRedaction(of: record, element: nil))
            .original(samples: { try PixelSource.unchanged(of: stego, .storedFile) }, placement: .element)
    }

    /// Stego files that were damaged or forged on their way: what opens is the original, everything else is refused.
    static let stegoFile = FuzzTarget(
        name: "stego-file", maximumByteCount: 12_288,
        seeds: {
            let original = try SyntheticImages.native(SyntheticImages.description(rows: 40, columns: 40))
            return try EmbeddingMethod.all.flatMap { method in
                try [StegoCodec.none, .j2k].map { codec in
                    let options = SealOptions(method: method, region: RegionPolicy(scope: .everywhere), codec: codec)
                    return try InstanceSealer(key: key, options: options).seal(original, name: "seed").bytes
                }
            }
        },
        run: { bytes in
            let revealed = try InstanceRevealer().reveal(bytes, name: "fuzz") { _ in key }
            try require(
                revealed.exactness == .unproven || ContentDigest(of: revealed.bytes) == revealed.originalDigest
                    || revealed.exactness == .pixelsAndElements, "what is said to be exact has the digest that the sender recorded")
        })

    /// The whole of sealing: a file of any kind opens again as it was, and the sealer finds no fault of its own.
    static let sealing = FuzzTarget(
        name: "sealing", maximumByteCount: 8192,
        seeds: {
            let grey = try SyntheticImages.description()
            let natives = try [
                grey, SyntheticImages.description(color: "RGB", allocated: 8, stored: 8), SyntheticImages.description(isSigned: true),
                SyntheticImages.description(rows: 9, columns: 7, frames: 2, allocated: 8, stored: 8),
            ].map(SyntheticImages.native)
            return try natives + [SyntheticImages.rich()] + SyntheticImages.lossless.map { try SyntheticImages.encapsulated(grey, $0) }
        },
        run: { bytes in
            let sealed = try InstanceSealer(key: key, options: SealOptions(codec: .none)).seal(bytes, name: "fuzz")
            let notes = sealed.report.notes.joined(separator: " ")
            try require(!notes.contains(InstanceSealer.faultNote), "sealing meets no fault of its own: \(notes)")
            let revealed = try? InstanceRevealer().reveal(sealed.bytes, name: "fuzz") { _ in key }
            guard let revealed else { throw BrokenProperty("what was sealed opens") }
            switch sealed.report.exactness {
            case .bytes: try require(revealed.bytes == bytes, "what is said to be exact is the original byte for byte")
            case .pixelsAndElements, .unproven: break
            }
        })

    /// Segmentations, structure sets, overlays and shapes of others: where they say that an image must not change.
    static let regions = FuzzTarget(
        name: "regions",
        seeds: {
            [try SyntheticImages.rich(), try structureSet(), try segmentation()]
        },
        run: { bytes in
            let file = try DICOMFile(bytes: bytes, name: "fuzz")
            var annotations = RegionAnnotations()
            try? annotations.add(file)
            let stego = try cover.get()
            let samples = try ImageSamples(of: stego)
            let policy = RegionPolicy(annotations: annotations)
            _ = try? RegionFinder.region(for: samples, of: stego, policy: policy)
            guard let pixels = file.pixels, pixels.byteCount < 1 << 16 else { return }
            _ = try RegionFinder.region(for: ImageSamples(of: file), of: file, policy: policy)
        })

    private static func structureSet() throws -> [UInt8] {
        var dataSet = SyntheticImages.header(instance: 3)
        dataSet.set(DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.481.3"]))
        let contour = DataSet([
            DataElement(Tag(0x3006, 0x0016), sequence: [DataSet([DataElement(Tag(0x0008, 0x1155), .UI, strings: ["2.25.77.1.1"])])]),
            DataElement(Tag(0x3006, 0x0042), .CS, strings: ["CLOSED_PLANAR"]),
            DataElement(Tag(0x3006, 0x0046), .IS, strings: ["3"]),
            DataElement(Tag(0x3006, 0x0050), .DS, strings: ["1", "1", "0", "9", "1", "0", "5", "8", "0"]),
        ])
        dataSet.set(
            DataElement(Tag(0x3006, 0x0039), sequence: [DataSet([DataElement(Tag(0x3006, 0x0040), sequence: [contour])])]))
        return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian)
    }

    private static func segmentation() throws -> [UInt8] {
        let description = try SyntheticImages.description(rows: 12, columns: 12, allocated: 8, stored: 8)
        var header = SyntheticImages.header(instance: 4)
        header.set(DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.66.4"]))
        let source = DataSet([
            DataElement(
                Tag(0x0008, 0x9124),
                sequence: [
                    DataSet([
                        DataElement(
                            Tag(0x0008, 0x2112), sequence: [DataSet([DataElement(Tag(0x0008, 0x1155), .UI, strings: ["2.25.77.1.1"])])])
                    ])
                ])
        ])
        header.set(DataElement(.perFrameFunctionalGroupsSequence, sequence: [source]))
        return try DICOMWriter.write(
            dataSet: SyntheticImages.dataSet(description, header), transferSyntax: .explicitLittleEndian,
            pixels: .native(SyntheticImages.samples(of: description)))
    }
}
