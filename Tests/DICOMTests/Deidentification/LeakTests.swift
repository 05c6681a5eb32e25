import Foundation
import TestSupport
import Testing

@testable import DICOM

/// Nothing that tells of a patient, a person, a place or a time may be left of an original.
@Suite struct LeakTests {
    @Test(.needsCorpus) func noValueOfAnyOriginalIsLeft() throws {
        for name in Corpus.whole {
            let file = try Corpus.file(name)
            let decoded = file.pixels == nil ? nil : try? PixelCodec.decode(file)
            let header = try PublicHeader.make(from: file, pixels: decoded?.0, mapUID: Fixture.mapUID)
            // Without pixels: those are another layer's business, and noise in them would look like leaks.
            let written = try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian)
            let haystack = Data(written)
            for value in LeakTests.identifying(file.dataSet) where !LeakTests.isHarmless(value) {
                #expect(haystack.range(of: Data(value)) == nil, "\(file.name) leaks \(String(decoding: value, as: UTF8.self).prefix(40))")
            }
        }
    }

    /// Every text, date and UID of an original, nested and private ones included, that the allow-list does not let pass.
    static func identifying(_ dataSet: DataSet) -> [[UInt8]] {
        dataSet.flatMap { element -> [[UInt8]] in
            switch element.value {
            case .sequence(let items): return items.flatMap(identifying)
            case .fragments: return []
            case .bytes(let bytes):
                let isText = element.vr.isText || element.tag.isPrivate && bytes.allSatisfy { (0x20...0x7E).contains($0) }
                guard isText, !numericOrCoded.contains(element.vr) || element.tag.isPrivate else { return [] }
                return bytes.split(whereSeparator: { $0 == 0x5C || $0 == 0x5E || $0 == 0x3D }).map { part in
                    Array(part.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 || $0 == 0 }.reversed())
                }
            }
        }
    }

    private static let numericOrCoded: Set<ValueRepresentation> = [.DS, .IS, .CS]

    /// Short values, the standard's own UIDs, words that headers are made of, and plain numbers (which coincide with sizes and spacings).
    private static func isHarmless(_ value: [UInt8]) -> Bool {
        let text = String(decoding: value, as: UTF8.self)
        if value.count < 4 || text.hasPrefix(UniqueIdentifier.standardRoot) { return true }
        if Double(text) != nil, value.count < 8 { return true }
        return vocabulary.contains { $0.contains(text) }
    }

    private static let vocabulary: [String] =
        Array(Vocabulary.imageTypeTerms) + Array(Vocabulary.bodyParts) + Array(Vocabulary.photometricInterpretations)
        + [
            "ANONYMOUS", "REMOVED", "ORIGINAL", "PRIMARY", "DICM", "Veilray: allow-list after PS3.15 Basic Profile",
            "Basic Application Confidentiality Profile", "113100",
        ]

    @Test func numberFieldsCarryNumbersOnly() throws {
        var dataSet = Fixture.dataSet()
        dataSet.set(.rescaleSlope, .DS, "JANE DOE")
        dataSet.set(.sliceLocation, .DS, "12;DROP")
        dataSet.set(.pixelSpacing, .DS, strings: ["0.5", "DOE^JANE"])
        dataSet.set(.instanceNumber, .IS, "PID-4711")
        dataSet.set(.bodyPartExamined, .CS, "DOE JANE")
        dataSet.set(.modality, .CS, "JANEDOE")
        dataSet.set(.imageType, .CS, strings: ["ORIGINAL", "PRIMARY", "AXIAL", "DOE^JANE"])
        dataSet.set(.rescaleType, .LO, "Jane Doe")
        dataSet.set(.patientPosition, .CS, "JANE")
        dataSet.set(.windowCenter, .DS, "0040.000")
        dataSet.set(.windowWidth, .DS, " 400 ")
        dataSet.set(DataElement(.pixelAspectRatio, .IS, strings: ["1", "DOE"]))
        dataSet.set(.lossyImageCompressionMethod, .CS, "JANE DOE")
        let file = try DICOMFile(bytes: Fixture.file(dataSet), name: "")
        let header = try PublicHeader.make(from: file, pixels: file.pixels, mapUID: Fixture.mapUID)
        for tag in [
            DICOM.Tag.rescaleSlope, .sliceLocation, .pixelSpacing, .bodyPartExamined, .patientPosition, .pixelAspectRatio,
            .lossyImageCompressionMethod,
        ] {
            #expect(header[tag] == nil, "\(tag)")
        }
        #expect(header[.instanceNumber]?.isEmpty == true)
        #expect(header.string(.modality) == "OT")
        #expect(header.strings(.imageType) == ["ORIGINAL", "PRIMARY", "AXIAL"])
        #expect(header.string(.rescaleType) == "US")
        #expect(header.string(.windowCenter) == "40" && header.string(.windowWidth) == "400")
    }

    @Test func sequencesAreRebuiltFromAllowedChildren() throws {
        var measures = DataSet()
        measures.set(.pixelSpacing, .DS, strings: ["0.50", "0.50"])
        measures.set(.patientName, .PN, "Doe^Jane")
        measures.set(Tag(0x0009, 0x1001), .LO, "Doe private")
        var group = DataSet()
        group.set(.pixelMeasuresSequence, sequence: [measures])
        group.set(.frameContentSequence, sequence: [measures])
        group.set(.patientID, .LO, "PID-4711")
        var table = DataSet()
        table.set(.lutDescriptor, .US, integers: [4, 0, 16])
        table.set(DataElement(.lutData, .OW, bytes: [0, 0, 1, 0, 2, 0, 3, 0]))
        table.set(.lutExplanation, .LO, "for Jane Doe")
        var lyingTable = table
        lyingTable.set(DataElement(.lutData, .OW, bytes: Array("Doe^Jane and all of her letters".utf8)))
        var dataSet = Fixture.dataSet()
        dataSet.set(.sharedFunctionalGroupsSequence, sequence: [group])
        dataSet.set(.voiLUTSequence, sequence: [table, lyingTable])
        let file = try DICOMFile(bytes: Fixture.file(dataSet), name: "")
        let header = try PublicHeader.make(from: file, pixels: file.pixels, mapUID: Fixture.mapUID)
        let shared = try #require(header.items(.sharedFunctionalGroupsSequence).first)
        #expect(shared.map(\.tag) == [.pixelMeasuresSequence])
        #expect(shared.items(.pixelMeasuresSequence).first?.map(\.tag) == [.pixelSpacing])
        #expect(header.items(.voiLUTSequence).map { $0.map(\.tag) } == [[.lutDescriptor, .lutData], [.lutDescriptor]])
    }
}
