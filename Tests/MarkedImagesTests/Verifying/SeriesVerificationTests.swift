import DICOM
import Marks
import TestSupport
import Testing

@testable import MarkedImages

@Suite("Series of marked files, and the report")
struct SeriesVerificationTests {
    private let clinic: Party

    init() throws { clinic = try Party("Clinic") }

    private func series() throws -> [[UInt8]] {
        let subjects = try (1...5).map { try MarkSubject(try SliceMaker.file(number: $0, side: 128), name: "\($0).dcm") }
        let manifest = try SeriesManifest(subjects.flatMap(\.images))
        let marker = FileMarker(issuer: clinic.issuer, time: 1_700_000_000, startPoint: .acquired, operation: nil)
        return try subjects.map { try marker.mark($0, in: manifest).bytes }
    }

    private func findings(_ files: [[UInt8]]) throws -> [SeriesFinding] {
        let verifier = FileVerifier(directory: Party.directory(clinic), searches: false)
        let verifications = try files.enumerated().map { try verifier.verify($1, path: "", name: "\($0 + 1).dcm") }
        return SeriesVerification.all(verifications).flatMap(\.findings)
    }

    @Test("A whole series has no faults; a missing slice, swapped pixels and a stranger are named")
    func faults() throws {
        let files = try series()
        #expect(try findings(files).isEmpty)
        #expect(try findings(Array(files.dropFirst())) == [.missing(place: 0)])
        #expect(try findings(Array(files.prefix(2)) + files.dropFirst(3)) == [.missing(place: 2)])
        let (second, third) = (try DICOMFile(bytes: files[1], name: "2"), try DICOMFile(bytes: files[2], name: "3"))
        let (from, to) = (try #require(second.pixelDataRange), try #require(third.pixelDataRange))
        var swapped = files
        swapped[1].replaceSubrange(from, with: files[2][to])
        swapped[2].replaceSubrange(to, with: files[1][from])
        #expect(try findings(swapped) == [.swapped(place: 1, pixelsOf: 2), .swapped(place: 2, pixelsOf: 1)])
        let inserted = try SliceMaker.file(number: 9, side: 128)
        #expect(try findings(files + [inserted]) == [.inserted(file: "6.dcm")])
    }

    @Test("The report shows every file, and escapes what files say")
    func report() throws {
        let folder = try TemporaryFolder()
        var files = try series()
        files[3] = try SliceMaker.edited(files[3], samples: 60 * 128 + 40..<60 * 128 + 60, by: 8)
        files[2] = try SliceMaker.rewritten(files[2]) { $0.set(.patientName, .PN, "<script>alert(1)</script>") }
        let verifier = FileVerifier(directory: Party.directory(clinic), searches: false)
        let verifications = try files.enumerated().map { index, bytes in
            try verifier.verify(bytes, path: try folder.write(bytes, as: "\(index + 1).dcm"), name: "\(index + 1).dcm")
        }
        let target = folder("report")
        try VerificationReport(verifications, SeriesVerification.all(verifications), Party.directory(clinic)).write(to: target)
        let page = try #require(folder.text("report/index.html"))
        #expect(page.contains("tampered"))
        #expect(page.contains("&lt;script&gt;"))
        #expect(!page.contains("<script>"))
        #expect(page.contains("image-4-1.png"))
        #expect(folder.bytes("report/image-4-1.png")?.starts(with: [0x89, 0x50, 0x4E, 0x47]) == true)
        #expect(throws: MarkedImagesError.self) {
            try VerificationReport([], [], IssuerDirectory()).write(to: target)
        }
    }
}
