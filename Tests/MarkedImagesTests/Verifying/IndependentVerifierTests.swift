import DICOM
import Foundation
import Marks
import TestSupport
import Testing

@testable import MarkedImages

@Suite("A verifier in Python that shares nothing with this one")
struct IndependentVerifierTests {
    private struct Result: Decodable, Equatable {
        let signed: Bool
        let exact: Bool
        let blocks: Int
        let proven: Int
    }

    @Test("It believes what was marked, and finds what was changed", .needsPython("numpy", "pydicom"))
    func judge() async throws {
        let (clinic, folder) = (try Party("Clinic"), try TemporaryFolder())
        let marker = FileMarker(issuer: clinic.issuer, time: 1_700_000_000, startPoint: .acquired, operation: nil)
        let names = try [false, true].map { isSigned in
            let subject = try MarkSubject(try SliceMaker.file(isSigned: isSigned), name: "slice.dcm")
            return try folder.write(try marker.mark(subject, in: SeriesManifest(subject.images)).bytes, as: "\(isSigned).dcm")
        }
        let bytes = try #require(folder.bytes("false.dcm"))
        let edited = try folder.write(try SliceMaker.edited(bytes, samples: 90 * 192 + 80..<90 * 192 + 81, by: 2), as: "edited.dcm")
        let key = clinic.key.publicKey.rawRepresentation.map { String(format: "%02x", $0) }.joined()
        let judge = "\(Package.folder)/Tests/MarkedImagesTests/Judges/verify_mark.py"
        let results: [Result] = try await ForeignPrograms.python([judge, key] + names + [edited])
        let whole = Result(signed: true, exact: true, blocks: 9, proven: 9)
        #expect(results == [whole, whole, Result(signed: true, exact: false, blocks: 9, proven: 8)])
    }

    @Test("It believes what was marked of real series", .needsCorpus, .needsPython("numpy", "pydicom"))
    func corpus() async throws {
        let (clinic, folder) = (try Party("Clinic"), try TemporaryFolder())
        let marker = FileMarker(issuer: clinic.issuer, time: 1_700_000_000, startPoint: .acquired, operation: nil)
        let paths = try ["ct-ge/01.dcm", "ct-ge/15.dcm"].map { name in
            let subject = try MarkSubject(try Corpus.bytes(name), name: name)
            return try folder.write(try marker.mark(subject, in: SeriesManifest(subject.images)).bytes, as: name)
        }
        let key = clinic.key.publicKey.rawRepresentation.map { String(format: "%02x", $0) }.joined()
        let judge = "\(Package.folder)/Tests/MarkedImagesTests/Judges/verify_mark.py"
        let results: [Result] = try await ForeignPrograms.python([judge, key] + paths)
        #expect(results.allSatisfy { $0.signed && $0.exact && $0.proven == $0.blocks })
    }
}
