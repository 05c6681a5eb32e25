import DICOM
import Marks
import Testing

@testable import MarkedImages

@Suite("Two versions of an instance are compared")
struct ComparingTests {
    private let clinic: Party
    private let comparer: FileComparer

    init() throws {
        clinic = try Party("Clinic")
        comparer = FileComparer(directory: Party.directory(clinic))
    }

    private func compared(_ bytes: [UInt8], with reference: [UInt8]) throws -> InstanceComparison {
        try comparer.compare(bytes, path: "", name: "now.dcm", with: reference, name: "before.dcm")
    }

    private func marked(_ bytes: [UInt8]) throws -> FileMarker.Marked {
        let subject = try MarkSubject(bytes, name: "slice.dcm")
        let marker = FileMarker(issuer: clinic.issuer, time: 1_700_000_000, startPoint: .acquired, operation: nil)
        return try marker.mark(subject, in: SeriesManifest(subject.images))
    }

    /// Shades of 8 bits, as an export has them.
    private func windowed(_ bytes: [UInt8], centre: Double, width: Double) throws -> [UInt8] {
        let file = try DICOMFile(bytes: bytes, name: "file")
        let range = try #require(file.pixelDataRange)
        let words = file.expanded[range]
        let shades = stride(from: range.lowerBound, to: range.upperBound, by: 2).map { index -> UInt8 in
            let value = Double(Int(words[index]) | Int(words[index + 1]) << 8) - 1024
            let share = (value - (centre - 0.5)) / (width - 1) + 0.5
            return UInt8((min(max(share, 0), 1) * 255).rounded())
        }
        var dataSet = file.dataSet
        for tag in [Tag.rescaleSlope, .rescaleIntercept] { dataSet.remove(tag) }
        dataSet.set(.bitsAllocated, .US, integers: [8])
        dataSet.set(.bitsStored, .US, integers: [8])
        dataSet.set(.highBit, .US, integers: [7])
        dataSet.set(.sopInstanceUID, .UI, "1.2.3.4.99")
        return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(shades))
    }

    @Test("A marked copy shows the same, byte for byte and otherwise")
    func same() throws {
        let original = try SliceMaker.file()
        #expect(try compared(original, with: original).verdict == .identical)
        let marked = try marked(original)
        #expect(try compared(marked.bytes, with: original).verdict == .same)
        #expect(try compared(original, with: marked.record.bytes).verdict == .same)
        let again = try compared(marked.bytes, with: marked.record.bytes)
        #expect(again.verdict == .same)
        #expect(again.judgement == .signed(by: "Clinic"))
        #expect(again.isHeaderChecked)
    }

    @Test("One sample is found exactly, with what it weighs")
    func oneSample() throws {
        let original = try SliceMaker.file()
        let place = 96 * 192 + 100
        let edited = try SliceMaker.edited(original, samples: place..<place + 1, by: 8)
        let comparison = try compared(edited, with: original)
        #expect(comparison.verdict == .differs)
        let frame = try #require(comparison.frames.first)
        #expect(frame.isExact)
        #expect(frame.changedSamples == 1)
        #expect(frame.largestChange == 8)
        let region = try #require(frame.differences.first)
        #expect(region.rows.contains(96) && region.columns.contains(100))
        #expect(region.squareMillimetres == 0.25)
        #expect(abs(region.importance - 2) < 1e-9)
        // The record's signed list has the place, too.
        let record = try marked(original).record.bytes
        let byRecord = try compared(edited, with: record)
        #expect(byRecord.verdict == .differs)
        #expect(byRecord.frames.first?.cells.contains { $0.top == 96 && $0.left == 96 } == true)
        // A stranger's record is told from one that is trusted.
        let stranger = FileComparer(directory: IssuerDirectory())
        let unknown = try stranger.compare(original, path: "", name: "a", with: record, name: "b").judgement
        #expect(unknown.map(\.isBelieved) == false)
    }

    @Test("An export through a window is alike; an edit in it is found; the header follows the export")
    func window() throws {
        let original = try SliceMaker.file { dataSet in
            dataSet.set(.windowCenter, .DS, "0")
            dataSet.set(.windowWidth, .DS, "400")
        }
        let record = try marked(original).record.bytes
        let export = try windowed(original, centre: 0, width: 400)
        for reference in [original, record] {
            let comparison = try compared(export, with: reference)
            #expect(comparison.verdict == .alike)
            #expect(comparison.header.allSatisfy { $0.verdict == .derived })
            #expect(comparison.transformations.contains { $0.contains("0/400") })
        }
        var brighter = original
        for row in 80..<104 {
            brighter = try SliceMaker.edited(brighter, samples: row * 192 + 84..<row * 192 + 108, by: 0x40)
        }
        let edited = try compared(try windowed(brighter, centre: 0, width: 400), with: record)
        #expect(edited.verdict == .differs)
        #expect(edited.frames.first?.isExact == false)
        let region = try #require(edited.frames.first?.differences.first)
        #expect(region.rows.overlaps(80..<104) && region.columns.overlaps(84..<108))
    }

    @Test("A header that was usurped, an element that was added, and what an archive explains")
    func header() throws {
        let original = try SliceMaker.file()
        let renamed = try compared(try SliceMaker.rewritten(original) { $0.set(.patientName, .PN, "Roe^Jane") }, with: original)
        #expect(renamed.verdict == .headerDiffers)
        #expect(renamed.pixels == .same)
        #expect(renamed.header.map(\.verdict) == [.finding(.usurped)])
        #expect(renamed.header.first?.before == "Doe^Jane")
        let described = try compared(try SliceMaker.rewritten(original) { $0.set(Tag(0x0008, 0x1030), .LO, "HEAD") }, with: original)
        #expect(described.verdict == .headerDiffers)
        #expect(described.elements.map(\.path) == ["(0008,1030)"])
        let noted = try compared(
            try SliceMaker.rewritten(original) {
                $0.set(Tag(0x0009, 0x0010), .LO, "SOMEBODY")
                $0.set(Tag(0x0009, 0x1001), .LO, "something")
            }, with: original)
        #expect(noted.verdict == .same)
        #expect(noted.elements.allSatisfy { $0.isNeutral })
    }

    @Test("Documents are compared item by item")
    func documents() throws {
        func report(_ text: String) throws -> [UInt8] {
            var item = DataSet()
            item.set(Tag(0x0040, 0xA160), .UT, text)
            var dataSet = DataSet()
            dataSet.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.88.11")
            dataSet.set(.sopInstanceUID, .UI, "1.2.3.4.5")
            dataSet.set(.studyInstanceUID, .UI, "1.2.3")
            dataSet.set(Tag(0x0040, 0xA730), sequence: [item])
            return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian)
        }
        let comparison = try compared(try report("malignant"), with: try report("benign"))
        #expect(comparison.verdict == .differs)
        #expect(comparison.elements.map(\.path) == ["(0040,A730)[1](0040,A160)"])
        #expect(comparison.elements.first?.before == "benign")
        // A record that a mark leaves of a document says whether it is the same.
        let record = try marked(try report("benign")).record.bytes
        #expect(try compared(try report("benign"), with: record).verdict == .same)
    }

    @Test("Instances find their partners by identity, source, place, or as the last ones")
    func pairs() throws {
        let keys = try (1...4).map { try VersionKey(try SliceMaker.file(number: $0, side: 32), path: "\($0)", name: "\($0)") }
        let derived = try VersionKey(
            try SliceMaker.file(number: 2, side: 32) { dataSet in
                dataSet.set(.sopInstanceUID, .UI, "9.9")
                dataSet.set(.imagePositionPatient, .DS, strings: ["7", "7", "7"])
                var source = DataSet()
                source.set(Tag(0x0008, 0x1155), .UI, "1.2.3.4.2")
                dataSet.set(Tag(0x0008, 0x2112), sequence: [source])
            }, path: "d", name: "d")
        let placed = try VersionKey(
            try SliceMaker.file(number: 3, side: 32) { $0.set(.sopInstanceUID, .UI, "9.8") }, path: "p", name: "p")
        let pairs = VersionKey.pairs([keys[0], derived, placed], with: keys)
        let names = pairs.map { "\($0.file?.name ?? "-")\($0.reference?.name ?? "-")" }.sorted()
        #expect(names == ["-4", "11", "d2", "p3"])
    }

    @Test("A record that was damaged is refused, not read in part")
    func damaged() throws {
        let record = try marked(try SliceMaker.file(side: 64)).record.bytes
        #expect(try TravellingRecord(bytes: record, name: "a.vrc").bytes == record)
        for count in stride(from: 0, to: record.count, by: 97) {
            #expect(throws: MarkedImagesError.self) { try TravellingRecord(bytes: Array(record.prefix(count)), name: "a.vrc") }
        }
    }
}
