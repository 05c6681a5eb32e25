import Basics
import DICOM
import SeededRandomness
import Testing

@testable import StegoKit

/// Text in the pixels does not travel in the open, and comes back exactly.
@Suite struct RedactionTests {
    private let key = StudyKey()

    private func seal(_ bytes: [UInt8], _ policy: RedactionPolicy = RedactionPolicy(), method: EmbeddingMethod = .reversible) throws
        -> SealedInstance
    {
        let options = SealOptions(method: method, redaction: policy)
        let sealed = try InstanceSealer(key: key, options: options).seal(bytes, name: "written")
        let revealed = try InstanceRevealer().reveal(sealed.bytes, name: "written") { _ in key }
        #expect(revealed.originalDigest == ContentDigest(of: bytes) && revealed.exactness != .unproven)
        if revealed.exactness == .bytes { #expect(revealed.bytes == bytes) }
        return sealed
    }

    private static let kinds: [WrittenFile] = {
        var kinds = [WrittenFile()]
        func add(_ change: (inout WrittenFile) -> Void) {
            var file = WrittenFile()
            change(&file)
            kinds.append(file)
        }
        add { $0.isSigned = true }
        add { $0.bitsStored = 16 }
        add { ($0.bitsAllocated, $0.bitsStored) = (8, 8) }
        add { $0.photometricInterpretation = "MONOCHROME1" }
        add { ($0.bitsAllocated, $0.bitsStored, $0.photometricInterpretation) = (8, 8, "RGB") }
        add { ($0.bitsAllocated, $0.bitsStored, $0.photometricInterpretation, $0.colourByPlane) = (8, 8, "RGB", true) }
        add { ($0.bitsAllocated, $0.bitsStored, $0.photometricInterpretation) = (8, 8, "YBR_FULL") }
        add { ($0.bitsAllocated, $0.bitsStored, $0.photometricInterpretation) = (8, 8, "PALETTE COLOR") }
        add { ($0.bitsAllocated, $0.bitsStored, $0.frames) = (8, 8, 5) }
        add { ($0.bitsAllocated, $0.bitsStored, $0.photometricInterpretation, $0.frames) = (8, 8, "RGB", 3) }
        for syntax in [
            TransferSyntax.jpeg2000Lossless, .jpegLSLossless, .jpegLosslessFirstOrder,
            .runLength,
            .highThroughputJPEG2000Lossless,
        ] {
            add { $0.syntax = syntax }
        }
        return kinds
    }()

    @Test(arguments: kinds.indices) func everyKindIsFilledAndRestored(_ index: Int) throws {
        let file = Self.kinds[index]
        let plain = try seal(file.bytes(), .keepingEverything)
        #expect(try ShownSamples(of: plain.bytes).legibleShare(of: file) > 0.9, "the test's own measure")
        let sealed = try seal(file.bytes())
        #expect(try ShownSamples(of: sealed.bytes).legibleShare(of: file) == 0)
        #expect(sealed.report.redactedRegions ?? 0 >= 1 && sealed.report.redactedShare ?? 0 > 0.01)
        #expect(sealed.report.redactionSource == "detector")
    }

    @Test(arguments: [EmbeddingMethod.leastSignificantBit, .hamming, .syndromeTrellis]) func everyMethodRestores(
        _ method: EmbeddingMethod
    ) throws {
        let file = WrittenFile()
        #expect(try ShownSamples(of: seal(file.bytes(), method: method).bytes).legibleShare(of: file) == 0)
    }

    /// Text that a header or a colour model hides from those who do not look closely.
    @Test(arguments: [
        "says NO", "regions are the whole screen", "only blue", "MONOCHROME1", "palette", "video of five bits", "signed", "at the edge",
        "twelve rows", "one frame of ten",
    ]) func nothingTalksTheDetectorOutOfIt(_ mutation: String) throws {
        var file = WrittenFile()
        switch mutation {
        case "says NO": file.extra = [DataElement(.burnedInAnnotation, .CS, strings: ["NO"])]
        case "regions are the whole screen":
            (file.modality, file.bitsAllocated, file.bitsStored) = ("US", 8, 8)
            let region = DataSet([
                DataElement(.regionSpatialFormat, .US, integers: [1]), DataElement(.regionLocationMinX0, .UL, integers: [0]),
                DataElement(.regionLocationMinY0, .UL, integers: [0]), DataElement(.regionLocationMaxX1, .UL, integers: [255]),
                DataElement(.regionLocationMaxY1, .UL, integers: [127]),
            ])
            file.extra = [DataElement(.sequenceOfUltrasoundRegions, sequence: [region])]
        case "only blue":
            (file.bitsAllocated, file.bitsStored, file.photometricInterpretation, file.writtenColours) = (8, 8, "RGB", [2])
        case "MONOCHROME1": file.photometricInterpretation = "MONOCHROME1"
        case "palette": (file.bitsAllocated, file.bitsStored, file.photometricInterpretation) = (8, 8, "PALETTE COLOR")
        case "video of five bits": (file.bitsAllocated, file.bitsStored, file.quantum, file.modality) = (8, 8, 8, "US")
        case "signed": file.isSigned = true
        case "at the edge": file.textAt = (2, 1)
        case "twelve rows": (file.rows, file.textAt) = (12, (24, 2))
        default: (file.frames, file.writtenFrames, file.bitsAllocated, file.bitsStored) = (10, [6], 8, 8)
        }
        let sealed = try seal(file.bytes())
        #expect(try ShownSamples(of: sealed.bytes).legibleShare(of: file) == 0)
    }

    // MARK: Nothing of it

    /// Whatever stands under the mask, the file shows the same.
    @Test func whatIsShownDoesNotDependOnWhatIsHidden() throws {
        for seed in 0..<4 {
            var file = WrittenFile()
            file.seed = UInt64(seed)
            let planes = file.planes()
            let image = try SamplePlanes(rows: file.rows, columns: file.columns, bitsStored: file.bitsStored, planes: planes)
            let found = RedactionFinder(policy: RedactionPolicy()).find(
                in: image, try file.description(), try DICOMFile(bytes: file.bytes(), name: "").dataSet, file.syntax)
            var generator = SplitMix64(seed: UInt64(900 + seed))
            var others = image
            for run in SampleRuns(of: found.mask).ranges {
                for index in run { others.planes[0][index] = UInt16.random(in: 0...4095, using: &generator) }
            }
            #expect(others.planes != image.planes)
            let redactions = try [image, others].map { Redaction(found.mask, of: $0, try file.description()) }
            #expect(redactions[0].fill == redactions[1].fill)
            #expect(redactions[0].filled(image) == redactions[1].filled(others))
        }
    }

    /// Names of different lengths leave the same box.
    @Test func theBoxDoesNotTellTheLengthOfAName() throws {
        let shown = try ["ANNA L", "ANNA LI", "EVA MAY"].map { name in
            var file = WrittenFile()
            file.columns = 512
            (file.text, file.textAt, file.scale) = (name, (120, 40), 1)
            let planes = try SamplePlanes(rows: file.rows, columns: file.columns, bitsStored: 12, planes: file.planes())
            return RedactionFinder(policy: RedactionPolicy()).find(
                in: planes, try file.description(), try DICOMFile(bytes: file.bytes(), name: "").dataSet, file.syntax
            ).mask.regions.map(\.columns.count)
        }
        #expect(shown.allSatisfy { $0 == shown[0] && $0.allSatisfy { $0 % 8 == 0 } }, "\(shown)")
    }

    // MARK: Policies

    @Test func encloseShowsNothing() throws {
        let file = WrittenFile()
        let sealed = try seal(file.bytes(), RedactionPolicy(.enclose))
        #expect(sealed.report.notes.contains { $0.contains("what looks like text") })
        let shown = try DICOMFile(bytes: sealed.bytes, name: "stego")
        #expect(shown.pixels?.rows == 64 && sealed.report.redactedShare == nil)
        var blank = file
        blank.text = ""
        #expect(try seal(blank.bytes(), RedactionPolicy(.enclose)).report.record == .pixels)
    }

    @Test func keepTellsThatTextIsProbable() throws {
        var file = WrittenFile()
        #expect(try seal(file.bytes(), RedactionPolicy(.keep)).report.probablyShowsText == nil)
        file.extra = [DataElement(.burnedInAnnotation, .CS, strings: ["YES"])]
        #expect(try seal(file.bytes(), RedactionPolicy(.keep)).report.probablyShowsText == true)
        #expect(try seal(file.bytes()).report.probablyShowsText == nil)
    }

    @Test func whatSaysThatItHasTextIsFilledEvenIfNoneIsFound() throws {
        var file = WrittenFile()
        file.text = ""
        file.extra = [DataElement(.burnedInAnnotation, .CS, strings: ["YES"])]
        let sealed = try seal(file.bytes())
        #expect(sealed.report.redactedShare == 1 && sealed.report.redactionSource == "Burned In Annotation")
    }

    @Test func rectanglesAndRulesAddToIt() throws {
        var file = WrittenFile()
        file.text = ""
        file.extra = [
            DataElement(.manufacturer, .LO, strings: ["ACME Medical"]), DataElement(.manufacturerModelName, .LO, strings: ["Scanner 3"]),
        ]
        let rectangle = try RedactionRectangle("8,16,40,24")
        for policy in [RedactionPolicy(.keep, rectangles: [rectangle]), RedactionPolicy(rectangles: [rectangle])] {
            let sealed = try seal(file.bytes(), policy)
            #expect(sealed.report.redactedRegions == 1 && sealed.report.redactedShare == 40.0 * 24 / (128 * 256))
            let shown = try ShownSamples(of: sealed.bytes).planes[0]
            let inside = shown.indices.filter { (16..<40).contains($0 / 256) && (8..<48).contains($0 % 256) }.map { Int(shown[$0]) }
            // Hiding changes samples by a little.
            #expect((inside.max() ?? 0) - (inside.min() ?? 0) <= 8)
        }
        let json = """
            {"rules": [{"manufacturer": "acme", "model": "scanner", "rows": 128, "rectangles": [[0, 0, 8, 8]]},
                       {"manufacturer": "other", "whole": true}]}
            """
        let rules = try RedactionRule.rules(json: Array(json.utf8))
        #expect(try seal(file.bytes(), RedactionPolicy(.keep, rules: rules)).report.redactedShare == 64.0 / (128 * 256))
        for wrong in [
            #"{"rules": [{"manufacterer": "acme", "whole": true}]}"#, #"{"rules": [{"model": "a"}]}"#, "[]", "",
            #"{"rules": [{"rectangles": [[1, 2, 3]]}]}"#, #"{"rules": [{"rectangles": [[1, 2, 0, 3]]}]}"#,
        ] {
            #expect(throws: RegionError.self) { try RedactionRule.rules(json: Array(wrong.utf8)) }
        }
    }

    @Test func samplesThatNothingLooksAtAreNotShown() throws {
        var file = WrittenFile()
        (file.bitsAllocated, file.bitsStored) = (8, 8)
        let native = try DICOMFile(bytes: file.bytes(), name: "")
        // The same bytes as words of 32 bits.
        var header = native.dataSet
        header.set(.columns, .US, integers: [64])
        header.set(.bitsAllocated, .US, integers: [32])
        header.set(.bitsStored, .US, integers: [32])
        header.set(.highBit, .US, integers: [31])
        let range = try #require(native.pixelDataRange)
        let bytes = try DICOMWriter.write(
            dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(Array(native.expanded[range])))
        #expect(try DICOMFile(bytes: seal(bytes).bytes, name: "").pixels?.bitsAllocated == 8)
        header.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.481.2")
        let dose = try DICOMWriter.write(
            dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(Array(native.expanded[range])))
        #expect(try DICOMFile(bytes: seal(dose).bytes, name: "").pixels?.bitsAllocated == 32)
    }

    /// What an archive strips with private elements is said to be missing, and nothing else is taken for it.
    @Test func strippingTheElementLosesWhatWasFilled() throws {
        var file = WrittenFile()
        (file.scale, file.rows, file.columns, file.bitsStored) = (3, 256, 400, 16)
        let sealed = try seal(file.bytes())
        var stego = try DICOMFile(bytes: sealed.bytes, name: "stego").dataSet
        #expect(StegoElements.value(of: .record, in: stego) != nil && sealed.report.record == .pixels)
        for element in Array(stego) where element.tag.group == VeilrayPrivate.group { stego.remove(element.tag) }
        let (description, native) = try PixelCodec.decode(DICOMFile(bytes: sealed.bytes, name: "stego"))
        stego.set(.photometricInterpretation, .CS, description.photometricInterpretation)
        let stripped = try DICOMWriter.write(dataSet: stego, transferSyntax: .explicitLittleEndian, pixels: .native(native))
        let revealed = try InstanceRevealer().reveal(stripped, name: "stripped") { _ in key }
        #expect(revealed.exactness == .unproven && revealed.unproven.contains { $0.contains("filled") })
    }
}
