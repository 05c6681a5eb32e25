import Basics
import DICOM
import Foundation
import TestSupport
import Testing

@testable import StegoKit

/// Every real file through seal and reveal.
@Suite(.needsCorpus) struct InstanceCorpusTests {
    private let key = StudyKey()

    @Test(arguments: Corpus.whole)
    func sealedFileIsAnonymousAndComesBack(_ name: String) throws {
        let original = try Corpus.bytes(name)
        let sealed = try InstanceSealer(key: key).seal(original, name: name)
        let revealed = try InstanceRevealer().reveal(sealed.bytes, name: name) { _ in key }
        #expect(revealed.originalDigest == ContentDigest(of: original))
        let file = try DICOMFile(bytes: original, name: name)
        if revealed.exactness == .bytes {
            #expect(revealed.bytes == original)
        } else {
            #expect(file.transferSyntax.isEncapsulated, "only codestreams may come back in another form")
            try expectSamePixelsAndElements(revealed.bytes, file)
        }
        try expectAnonymous(sealed, original: file)
        print(
            "\(name): \(sealed.report.method) \(sealed.report.record.rawValue) \(sealed.report.bitsHidden) bits,",
            "record \(sealed.report.recordByteCount), PSNR \(sealed.report.peakSignalToNoiseRatio ?? .infinity),",
            "\(original.count) → \(sealed.bytes.count), \(revealed.exactness.rawValue) \(sealed.report.notes.joined(separator: "; "))")
    }

    /// The methods that lose the cover's samples get them back from their restoration data, on every kind of image.
    @Test(
        arguments: Corpus.whole,
        [EmbeddingMethod.leastSignificantBit, .hamming, .syndromeTrellis])
    func everyMethodComesBack(_ name: String, _ method: EmbeddingMethod) throws {
        let original = try Corpus.bytes(name)
        let options = SealOptions(method: method, region: RegionPolicy(), codec: .none)
        let sealed = try InstanceSealer(key: key, options: options).seal(original, name: name)
        let revealed = try InstanceRevealer().reveal(sealed.bytes, name: name) { _ in key }
        #expect(revealed.originalDigest == ContentDigest(of: original) && revealed.exactness != .unproven)
        if revealed.exactness == .bytes { #expect(revealed.bytes == original) }
        try expectRegionAsItWas(sealed, original: original, name: name)
        let report = sealed.report
        print(
            "\(name): \(report.method) \(report.record.rawValue) \(report.bitsHidden) bits, \(report.changedSamples) changes,",
            "region \(report.regionSource ?? "") \(report.regionCoverage ?? 0) \(report.notes.joined(separator: "; "))")
    }

    /// The sealed file's samples inside the region that was found are the original's, bit for bit.
    private func expectRegionAsItWas(_ sealed: SealedInstance, original: [UInt8], name: String) throws {
        // Where regions were filled the region of interest is that of the filled image, and filled samples are not as they were.
        guard sealed.report.method != "none", sealed.report.regionCoverage != nil, sealed.report.redactedShare == nil else { return }
        let file = try DICOMFile(bytes: original, name: name)
        let (description, native) = try PixelCodec.decode(file)
        let (stegoDescription, stegoNative) = try PixelCodec.decode(DICOMFile(bytes: sealed.bytes, name: name))
        let cover = try #require(try SampleConversion(description)?.split(native).planes)
        let stego = try #require(try SampleConversion(stegoDescription)?.split(stegoNative).planes)
        let found = try RegionFinder.region(
            for: cover, description: description, dataSet: file.dataSet, native: native, policy: RegionPolicy())
        #expect(!found.region.isEmpty)
        for (before, after) in zip(cover.planes, stego.planes) {
            let isSame = before.indices.allSatisfy { !found.region.isInside[$0] || before[$0] == after[$0] }
            #expect(isSame, "\(name)")
        }
    }

    @Test(arguments: Corpus.damaged.sorted()) func damagedFileIsRefused(_ name: String) throws {
        let original = try Corpus.bytes(name)
        #expect(throws: DICOMError.self) { try InstanceSealer(key: key).seal(original, name: name) }
    }

    private func expectSamePixelsAndElements(_ restored: [UInt8], _ original: DICOMFile) throws {
        let file = try DICOMFile(bytes: restored, name: "restored")
        #expect(file.transferSyntax == original.transferSyntax)
        #expect(file.dataSet == original.dataSet)
        #expect(file.metaInformation == original.metaInformation)
        let (_, pixels) = try PixelCodec.decode(file)
        let (_, originalPixels) = try PixelCodec.decode(original)
        #expect(pixels == originalPixels)
    }

    /// No name, number or UID of the original stands in the stego file.
    private func expectAnonymous(_ sealed: SealedInstance, original: DICOMFile) throws {
        let stego = Data(sealed.bytes)
        let texts = [
            Tag.patientName, .patientID, .accessionNumber, .institutionName, .studyInstanceUID, .seriesInstanceUID, .sopInstanceUID,
        ]
        .compactMap { original.dataSet[$0]?.bytes }
        .flatMap { $0.split { [0x00, 0x20, UInt8(ascii: "^"), UInt8(ascii: "\\"), UInt8(ascii: "=")].contains($0) } }
        .filter { $0.count >= 5 }
        for text in texts where !Self.isCommonWord(text) {
            #expect(stego.range(of: Data(text)) == nil, "\(String(decoding: text, as: UTF8.self))")
        }
        let privateTags = try DICOMFile(bytes: sealed.bytes, name: "stego").dataSet.map(\.tag).filter(\.isPrivate)
        #expect(privateTags.allSatisfy { $0.group == VeilrayPrivate.group })
    }

    /// Words of the public header itself that anonymised test files have for a name.
    private static func isCommonWord(_ text: ArraySlice<UInt8>) -> Bool {
        ["ANONYMOUS", "REMOVED"].contains(String(decoding: text, as: UTF8.self))
    }
}
