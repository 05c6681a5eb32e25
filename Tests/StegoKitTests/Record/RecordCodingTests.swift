import Basics
import DICOM
import Testing

@testable import StegoKit

@Suite struct RecordCodingTests {
    private let compressor = HeaderCompressor()

    private func record(_ restoration: Record.Restoration, pixelDigest: ContentDigest? = nil, deflation: Record.Deflation? = nil) -> Record
    {
        Record(
            restoration: restoration, originalByteCount: 1234, originalDigest: ContentDigest(of: [1, 2, 3]), pixelDigest: pixelDigest,
            deflation: deflation, header: Array("header of the original".utf8), trailer: [0, 0])
    }

    private static let words = [
        Record.SampleWords(highBit: 15, colorByPlane: false, unusedBits: .zero),
        Record.SampleWords(highBit: 11, colorByPlane: true, unusedBits: .signExtension),
        Record.SampleWords(highBit: 7, colorByPlane: true, unusedBits: .explicit([1, 2, 3, 4])),
    ]

    @Test(arguments: words) func restorationsWithWords(_ words: Record.SampleWords) throws {
        for restoration in [
            Record.Restoration.native(words, NativePixelOrder(unitSize: 2, padding: nil)),
            .reencoded(words, transferSyntax: "1.2.840.10008.1.2.5", edits: ByteEdits([.init(kept: 1, removed: 2, inserted: [3])])),
            .reencoded(words, transferSyntax: "1.2.840.10008.1.2.4.70", edits: nil),
        ] {
            let original = record(restoration, pixelDigest: ContentDigest(of: [4]))
            let decoded = try RecordCoding.decode(RecordCoding.encode(original, with: compressor), with: compressor)
            #expect(decoded == .record(original))
        }
    }

    @Test(arguments: [
        Record.Restoration.verbatim(.littleEndian, .none),
        .verbatim(
            NativePixelOrder(unitSize: 2, padding: 7),
            ByteEdits([.init(kept: 3, removed: 0, inserted: [1, 2]), .init(kept: 200, removed: 5, inserted: [])])),
        .enclosed,
    ])
    func restorationsWithoutWords(_ restoration: Record.Restoration) throws {
        let original = record(restoration)
        #expect(try RecordCoding.decode(RecordCoding.encode(original, with: compressor), with: compressor) == .record(original))
    }

    @Test(arguments: [false, true]) func deflation(_ hasZlibHeader: Bool) throws {
        let parameters = DeflateParameters(
            level: 6, windowBits: 15, memoryLevel: 8, strategy: 0, hasZlibHeader: hasZlibHeader, trailer: [0])
        let original = record(.native(Self.words[0], .littleEndian), deflation: .init(parameters: parameters, dataSetOffset: 330))
        #expect(try RecordCoding.decode(RecordCoding.encode(original, with: compressor), with: compressor) == .record(original))
    }

    @Test func excerpt() throws {
        let original = IdentityExcerpt(
            originalDigest: ContentDigest(of: [1]), pixelDigest: ContentDigest(of: [2]), file: Array("DICM".utf8))
        #expect(try RecordCoding.decode(RecordCoding.encode(original, with: compressor), with: compressor) == .excerpt(original))
    }

    @Test func unknownKind() {
        #expect(throws: StegoError.self) { try RecordCoding.decode([9, 0, 0], with: compressor) }
        #expect(throws: StegoError.self) { try RecordCoding.decode([], with: compressor) }
    }

    /// Whatever is cut off, the result is an error and never another record.
    @Test func everyTruncation() throws {
        let coded = try RecordCoding.encode(record(.native(Self.words[2], .littleEndian)), with: compressor)
        for count in 0..<coded.count {
            #expect(throws: (any Error).self) { try RecordCoding.decode(Array(coded.prefix(count)), with: compressor) }
        }
    }

    /// Bytes left over in a part or behind the last one mean that the record is damaged.
    @Test func surplusBytes() throws {
        let digest = [UInt8](repeating: 7, count: 32)
        for (parts, rest) in [([1: digest, 3: digest + [0], 5: [1]], []), ([1: digest, 3: digest, 5: [1]], [7])]
            as [([Int: [UInt8]], [UInt8])]
        {
            var numbered = NumberedParts()
            for (number, value) in parts { numbered[number] = value }
            let coded = [2] + (try compressor.compress(numbered.encoded + rest))
            #expect(throws: StegoError.self) { try RecordCoding.decode(coded, with: compressor) }
        }
    }

    /// Of a later version: optional parts are kept, critical ones refused.
    @Test func partsOfALaterVersion() throws {
        var later = record(.enclosed)
        later.unknownParts = [.init(number: 2, value: [1, 2]), .init(number: 200, value: [])]
        let coded = try RecordCoding.encode(later, with: compressor)
        #expect(try RecordCoding.decode(coded, with: compressor) == .record(later))
        later.unknownParts = [.init(number: 17, value: [1])]
        let refused = try RecordCoding.encode(later, with: compressor)
        let error = #expect(throws: StegoError.self) { try RecordCoding.decode(refused, with: compressor) }
        #expect(error?.code == .malformedRecord)
        #expect(error?.reason.contains("part 17") == true)
    }

    /// As docs/formats/record_vectors.py makes them, which knows nothing of this code.
    @Test func vectors() throws {
        let native = Record(
            restoration: .native(Self.words[1], NativePixelOrder(unitSize: 2, padding: 7)), originalByteCount: 300,
            originalDigest: ContentDigest(of: []), pixelDigest: nil, deflation: nil, header: Array("DICM".utf8), trailer: [])
        #expect(hexadecimal(try body(native)) == RecordVectors.native)
        let parameters = DeflateParameters(level: 6, windowBits: 15, memoryLevel: 8, strategy: 0, hasZlibHeader: true, trailer: [0])
        let verbatim = Record(
            restoration: .verbatim(
                .littleEndian, ByteEdits([.init(kept: 3, removed: 0, inserted: [1, 2]), .init(kept: 200, removed: 5, inserted: [])])),
            originalByteCount: 1, originalDigest: ContentDigest(of: Array("abc".utf8)), pixelDigest: ContentDigest(of: []),
            deflation: .init(parameters: parameters, dataSetOffset: 330), header: [], trailer: [0, 0],
            unknownParts: [.init(number: 300, value: [9])])
        #expect(hexadecimal(try body(verbatim)) == RecordVectors.verbatim)
        let excerpt = IdentityExcerpt(
            originalDigest: ContentDigest(of: []), pixelDigest: ContentDigest(of: Array("abc".utf8)), file: Array("DICM".utf8))
        #expect(
            hexadecimal(
                try compressor.decompress(Array(RecordCoding.encode(excerpt, with: compressor).dropFirst()), maximumByteCount: 1 << 20))
                == RecordVectors.excerpt)
        let element = ElementContent(record: [1, 2, 3], restoration: [4], pixelsCarryExcerpt: true)
        #expect(hexadecimal(element.encoded) == RecordVectors.element)
    }

    private func body(_ record: Record) throws -> [UInt8] {
        let coded = try RecordCoding.encode(record, with: compressor)
        #expect(coded.first == 1)
        #expect(try RecordCoding.decode(coded, with: compressor) == .record(record))
        return try compressor.decompress(Array(coded.dropFirst()), maximumByteCount: 1 << 20)
    }
}
