import DICOM
import Marks
import TestSupport
import Testing

@testable import MarkedImages

@Suite("Files are marked, verified, and come back byte for byte")
struct FileMarkerTests {
    private let clinic: Party
    private let verifier: FileVerifier

    init() throws {
        clinic = try Party("Clinic")
        verifier = FileVerifier(directory: Party.directory(clinic), searches: false)
    }

    private func marker(_ party: Party, operation: CustodyEntry.Operation? = nil, time: UInt64 = 1_700_000_000) -> FileMarker {
        FileMarker(issuer: party.issuer, time: time, startPoint: .acquired, operation: operation)
    }

    private func marked(_ bytes: [UInt8], by party: Party? = nil, operation: CustodyEntry.Operation? = nil, time: UInt64 = 1_700_000_000)
        throws
        -> FileMarker.Marked
    {
        let subject = try MarkSubject(bytes, name: "slice.dcm")
        return try marker(party ?? clinic, operation: operation, time: time).mark(subject, in: SeriesManifest(subject.images))
    }

    private func verified(_ bytes: [UInt8]) throws -> FileVerification { try verifier.verify(bytes, path: "", name: "slice.dcm") }

    @Test("A slice is marked in its pixels, is intact, and comes back", arguments: [false, true])
    func whole(isSigned: Bool) throws {
        let original = try SliceMaker.file(isSigned: isSigned)
        let marked = try marked(original)
        #expect(marked.obstacle == nil)
        #expect(marked.largestChange <= 4)
        let verification = try verified(marked.bytes)
        #expect(verification.verdict == .intact)
        #expect(verification.isHeaderChecked)
        #expect(verification.isRestorable == true)
        #expect(verification.judgement == .signed(by: "Clinic"))
        #expect(verification.binding?.startPoint == .acquired)
        let restored = try FileUnmarker.restore(marked.bytes, name: "slice.dcm")
        #expect(restored.isExact)
        #expect(restored.bytes == original)
        #expect(try verified(original).verdict == .notMarked)
    }

    @Test("One sample, a changed name and a changed spacing are told apart")
    func changes() throws {
        let bytes = try marked(try SliceMaker.file()).bytes
        #expect(try verified(try SliceMaker.edited(bytes, samples: 96 * 192 + 100..<96 * 192 + 101, by: 2)).verdict == .tampered)
        let renamed = try verified(try SliceMaker.rewritten(bytes) { $0.set(.patientName, .PN, "Roe^Jane") })
        #expect(renamed.verdict == .headerChanged)
        #expect(renamed.headerFindings.map(\.verdict) == [.usurped])
        #expect(renamed.headerFindings.first?.attribute?.keyword == "PatientName")
        let rescaled = try verified(try SliceMaker.rewritten(bytes) { $0.set(.pixelSpacing, .DS, strings: ["0.6", "0.6"]) })
        #expect(rescaled.headerFindings.map(\.verdict) == [.dangerous])
        let coerced = try verified(
            try SliceMaker.rewritten(bytes) {
                $0.set(.patientID, .LO, "0815")
                var before = DataSet()
                before.set(.patientID, .LO, "4711")
                var item = DataSet()
                item.set(Tag(0x0400, 0x0550), sequence: [before])
                $0.set(Tag(0x0400, 0x0561), sequence: [item])
            })
        #expect(coerced.verdict == .intact)
        #expect(coerced.headerFindings.map(\.verdict) == [.coerced])
    }

    @Test("Without its private elements the pixels prove themselves, and the header awaits its issuer")
    func stripped() throws {
        let bytes = try marked(try SliceMaker.file()).bytes
        let stripped = try SliceMaker.rewritten(bytes) { dataSet in
            for element in dataSet where element.tag.isPrivate { dataSet.remove(element.tag) }
        }
        let verification = try verified(stripped)
        #expect(verification.verdict == .intact)
        #expect(!verification.isHeaderChecked)
        #expect(verification.chain.entries.count == 1)
        let own = FileVerifier(directory: Party.directory(clinic), own: clinic.issuer, searches: false)
        #expect(try own.verify(stripped, path: "", name: "slice.dcm").isHeaderChecked)
        let restored = try FileUnmarker.restore(stripped, name: "slice.dcm")
        #expect(!restored.isExact)
        #expect(restored.hasExactSamples)
    }

    @Test("Eight services in turn: a chain of eight, the distortion of one mark, and the original at the end")
    func custody() throws {
        let original = try SliceMaker.file()
        let services = try (0..<8).map { try Party("Service \($0)") }
        var directory = IssuerDirectory()
        for service in services { directory.add(service.issuer.identifier, name: service.name, key: service.key.publicKey) }
        var (bytes, ratios) = (original, [Double]())
        for (index, service) in services.enumerated() {
            let next = try marked(bytes, by: service, time: 1_700_000_000 + UInt64(index))
            bytes = next.bytes
            ratios.append(next.peakRatio)
        }
        let verification = try FileVerifier(directory: directory, searches: false).verify(bytes, path: "", name: "slice.dcm")
        #expect(verification.verdict == .intact)
        #expect(verification.chain.entries.map(\.operation) == [.created] + [CustodyEntry.Operation?](repeating: .received, count: 7))
        #expect(try FileUnmarker.restore(bytes, name: "slice.dcm").bytes == original)
        // Eight entries stand in the body, so that it is somewhat longer.
        #expect(ratios[7] > ratios[0] - 6)
    }

    @Test("A chain that somebody has shortened in the element does not fit the pixels")
    func shortened() throws {
        let hospital = try Party("Hospital")
        let first = try marked(try SliceMaker.file())
        let second = try marked(first.bytes, by: hospital, time: 1_700_000_001)
        let chain = try #require(MarkElement(in: try DICOMFile(bytes: second.bytes, name: "file").dataSet)).chain
        let broken = try SliceMaker.rewritten(second.bytes) { dataSet in
            try? dataSet.setPrivateBytes(
                Array(chain.prefix(CustodyEntry.byteCount)), creator: MarkElement.creator, group: MarkElement.group, element: 3)
        }
        let verification = try FileVerifier(directory: Party.directory(clinic, hospital), searches: false).verify(
            broken, path: "", name: "slice.dcm")
        #expect(verification.verdict == .custodyBroken)
        #expect(verification.chainFindings == [.endMissing])
    }

    @Test("A mark of a stranger proves nothing; a turned image and a part say so")
    func strangersAndParts() throws {
        let stranger = try Party("Stranger")
        #expect(try verified(try marked(try SliceMaker.file(), by: stranger).bytes).verdict == .unknownIssuer)
        let bytes = try marked(try SliceMaker.file()).bytes
        let range = try #require(try DICOMFile(bytes: bytes, name: "file").pixelDataRange)
        var mirrored = bytes
        for row in 0..<192 {
            for column in 0..<192 {
                let (from, to) = (range.lowerBound + 2 * (row * 192 + column), range.lowerBound + 2 * (row * 192 + 191 - column))
                (mirrored[to], mirrored[to + 1]) = (bytes[from], bytes[from + 1])
            }
        }
        let searching = FileVerifier(directory: Party.directory(clinic))
        let verification = try searching.verify(mirrored, path: "", name: "slice.dcm")
        #expect(verification.verdict == .rearranged)
        #expect(verification.frames.first?.rearrangement?.orientation == .mirrored)
    }

    @Test("Every real file that can be changed in places comes back, in its pixels or its element alone", .needsCorpus)
    func corpus() throws {
        var (inPixels, inElement) = (0, 0)
        for name in Corpus.varied {
            let original = try Corpus.bytes(name)
            let file = try DICOMFile(bytes: original, name: name)
            guard !file.transferSyntax.isDeflated, file.damage == nil else { continue }
            let subject: MarkSubject
            do { subject = try MarkSubject(original, name: name) } catch is DICOMError { continue }
            let marked = try marker(clinic).mark(subject, in: SeriesManifest(subject.images))
            #expect(try FileUnmarker.restore(marked.bytes, name: name).bytes == original, "\(name)")
            let verification = try verified(marked.bytes)
            #expect(verification.verdict == .intact, "\(name)")
            if marked.obstacle == nil { inPixels += 1 } else { inElement += 1 }
        }
        #expect(inPixels > 5)
        #expect(inElement > 5)
    }
}
