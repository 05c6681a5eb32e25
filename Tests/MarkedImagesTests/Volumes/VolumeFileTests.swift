import DICOM
import Marks
import Testing

@testable import MarkedImages

@Suite("Volume marks on files")
struct VolumeFileTests {
    private let key = (0..<32).map { UInt8($0) }

    private func file(_ number: Int) throws -> [UInt8] {
        try SliceMaker.file(number: number, side: 128) { dataSet in
            dataSet.set(.frameOfReferenceUID, .UI, "1.2.3.9")
            dataSet.set(.imagePositionPatient, .DS, strings: ["-64", "-64", "\(number * 5)"])
            dataSet.set(.pixelSpacing, .DS, strings: ["1", "1"])
        }
    }

    private func marker() throws -> VolumeMarker {
        try VolumeMarker(siteKey: key, slices: (1...8).map { try VolumeSlice(try file($0), name: "slice") }, identity: .patient)
    }

    @Test("It goes on first and comes off last, byte for byte; another key takes nothing off")
    func roundTrip() throws {
        let (clinic, original, marker) = (try Party("Clinic"), try file(4), try marker())
        let subject = try MarkSubject(original, name: "slice.dcm").marked(by: marker, siteKey: key)
        let marked = try FileMarker(issuer: clinic.issuer, time: 1_700_000_000, startPoint: .acquired, operation: nil).mark(
            subject, in: SeriesManifest(subject.images))
        #expect(marked.obstacle == nil)
        let verifier = FileVerifier(directory: Party.directory(clinic), searches: false)
        #expect(try verifier.verify(marked.bytes, path: "", name: "slice.dcm").verdict == .intact)
        let strictOff = try FileUnmarker.restore(marked.bytes, name: "slice.dcm")
        #expect(strictOff.isExact)
        #expect(try VolumeUnmarker.isMarked(strictOff.bytes, name: "slice.dcm"))
        #expect(strictOff.bytes != original)
        let restored = try VolumeUnmarker.restore(strictOff.bytes, name: "slice.dcm", siteKey: key)
        #expect(restored.isExact && restored.bytes == original)
        #expect(throws: MarksError.self) {
            try VolumeUnmarker.restore(strictOff.bytes, name: "slice.dcm", siteKey: [UInt8](repeating: 7, count: 32))
        }
        // What has the mark gets no other one.
        #expect(throws: MarkedImagesError.self) { try VolumeSlice(strictOff.bytes, name: "slice.dcm") }
    }

    @Test("A file that is no slice of a volume is refused with words")
    func refusals() throws {
        #expect(throws: MarkedImagesError.self) { try VolumeSlice(try SliceMaker.file(), name: "slice.dcm") }
        let others = try [try file(1), SliceMaker.rewritten(try file(2)) { $0.set(.patientID, .LO, "0815") }].map {
            try VolumeSlice($0, name: "slice.dcm")
        }
        #expect(throws: MarkedImagesError.self) { try VolumeMarker(siteKey: key, slices: others, identity: .patient) }
    }

    @Test("A slice without spacing or frame of reference says why nothing can be looked for")
    func search() throws {
        let search = SliceSearch(siteKey: key, reference: nil, identities: [])
        let plain = try search.slice(try SliceMaker.file(), name: "slice.dcm")
        #expect(try search.search(plain).obstacle?.contains("Frame of Reference") == true)
        let unmarked = try search.search(try search.slice(try file(4), name: "slice.dcm"))
        #expect(unmarked.finding?.isMarked != true)
        #expect(unmarked.confirmed == nil)
    }
}
