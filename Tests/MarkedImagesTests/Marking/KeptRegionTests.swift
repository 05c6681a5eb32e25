import DICOM
import Marks
import Testing

@testable import MarkedImages

@Suite("Marks around the region of interest")
struct KeptRegionTests {
    private let clinic: Party

    init() throws { clinic = try Party("Clinic") }

    private func marked(_ bytes: [UInt8]) throws -> FileMarker.Marked {
        let subject = try MarkSubject(bytes, name: "slice.dcm")
        let marker = FileMarker(issuer: clinic.issuer, time: 1_700_000_000, startPoint: .acquired, operation: nil, keepingRegion: true)
        return try marker.mark(subject, in: SeriesManifest(subject.images))
    }

    private func verdict(_ bytes: [UInt8]) throws -> FileVerification.Verdict {
        try FileVerifier(directory: Party.directory(clinic), searches: false).verify(bytes, path: "", name: "slice.dcm").verdict
    }

    private func words(_ bytes: [UInt8]) throws -> ArraySlice<UInt8> {
        bytes[try #require(try DICOMFile(bytes: bytes, name: "slice.dcm").pixelDataRange)]
    }

    @Test("The region stays bit for bit as it is, and all of the image is signed")
    func around() throws {
        let (side, radius) = (512, 0.2)
        let original = try SliceMaker.file(side: side, radius: radius)
        let marked = try marked(original)
        #expect(marked.obstacle == nil)
        let (before, after) = (Array(try words(original)), Array(try words(marked.bytes)))
        // Two bytes to a sample.
        let changed = Set(before.indices.filter { before[$0] != after[$0] }.map { $0 / 2 })
        #expect(!changed.isEmpty)
        let isInside = changed.contains { index in
            let row = Double(index / side) / Double(side) - 0.5
            let column = Double(index % side) / Double(side) - 0.5
            return row * row + column * column < radius * radius
        }
        #expect(!isInside)
        #expect(try verdict(marked.bytes) == .intact)
        let middle = side / 2 * side + side / 2
        #expect(try verdict(try SliceMaker.edited(marked.bytes, samples: middle..<middle + 1)) == .tampered)
        #expect(try FileUnmarker.restore(marked.bytes, name: "slice.dcm").bytes == original)
    }

    @Test("Where nothing is around the region, the mark stays in the element")
    func everywhere() throws {
        let original = try SliceMaker.file(radius: 1)
        let marked = try marked(original)
        #expect(marked.obstacle?.contains("region of interest") == true)
        #expect(try words(marked.bytes) == words(original))
        #expect(try verdict(marked.bytes) == .intact)
    }
}
