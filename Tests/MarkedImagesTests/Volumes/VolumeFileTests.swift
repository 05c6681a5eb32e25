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
        let plain = try search.slices(try SliceMaker.file(), name: "slice.dcm")[0]
        #expect(try search.search(plain).obstacle?.contains("Frame of Reference") == true)
        let unmarked = try search.search(try search.slices(try file(4), name: "slice.dcm")[0])
        #expect(unmarked.finding?.isMarked != true)
        #expect(unmarked.confirmed == nil)
    }

    @Test("Every frame of a multi-frame image is looked at, where its functional groups place it")
    func frames() throws {
        let (search, marker) = (SliceSearch(siteKey: key, reference: nil, identities: []), try marker())
        let singles = try (1...4).map { try marker.mark(try file($0), name: "\($0).dcm", siteKey: key) }
        let apart = try singles.map { try search.slices($0, name: "single.dcm")[0] }
        let frames = try search.slices(try multiFrame(singles), name: "frames.dcm")
        #expect(frames.map(\.frame) == [1, 2, 3, 4])
        #expect(frames.map(\.depth) == [5, 10, 15, 20])
        #expect(frames.map(\.orientation) == apart.map(\.orientation))
        for (frame, single) in zip(frames, apart) {
            #expect(try score(search.search(frame)) == score(search.search(single)))
        }
        let together = try #require(try search.searchTogether(frames))
        #expect(together.names == ["frames.dcm"])
        #expect(together.count == 4)
        #expect(try score(together) == score(try #require(try search.searchTogether(apart))))
    }

    private func score(_ result: SliceSearch.Result) throws -> Double { try #require(result.finding).score }

    /// An enhanced image of these slices: positions for each frame, orientation and spacing shared.
    private func multiFrame(_ slices: [[UInt8]]) throws -> [UInt8] {
        let files = try slices.map { try DICOMFile(bytes: $0, name: "slice.dcm") }
        var dataSet = files[0].dataSet
        let (orientation, spacing) = (dataSet.strings(.imageOrientationPatient), dataSet.strings(.pixelSpacing))
        for tag in [Tag.imagePositionPatient, .imageOrientationPatient, .pixelSpacing] { dataSet.remove(tag) }
        func item(_ fill: (inout DataSet) -> Void) -> DataSet {
            var item = DataSet()
            fill(&item)
            return item
        }
        dataSet.set(.numberOfFrames, .IS, "\(files.count)")
        dataSet.set(
            .sharedFunctionalGroupsSequence,
            sequence: [
                item { shared in
                    shared.set(
                        .planeOrientationSequence, sequence: [item { $0.set(.imageOrientationPatient, .DS, strings: orientation) }])
                    shared.set(.pixelMeasuresSequence, sequence: [item { $0.set(.pixelSpacing, .DS, strings: spacing) }])
                }
            ])
        dataSet.set(
            .perFrameFunctionalGroupsSequence,
            sequence: files.map { file in
                let position = file.dataSet.strings(.imagePositionPatient)
                return item { own in
                    own.set(.planePositionSequence, sequence: [item { $0.set(.imagePositionPatient, .DS, strings: position) }])
                }
            })
        let pixels = try files.flatMap { file in Array(file.expanded[try #require(file.pixelDataRange)]) }
        return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(pixels))
    }
}
