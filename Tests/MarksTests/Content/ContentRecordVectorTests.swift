import Basics
import TestSupport
import Testing

@testable import Marks

/// docs/formats/content_record_vectors.py writes the same records; what it prints is known here by its digest too.
@Suite("Vectors of content records")
struct ContentRecordVectorTests {
    private struct Vectors: Decodable, Equatable { var grey: String, colour: String }

    private func records() throws -> Vectors {
        let grey = (0..<70 * 45).map { index -> Int32 in
            let (r, c) = (index / 45, index % 45)
            let square = (20..<41).contains(r) && (11..<30).contains(c) ? 900 : 0
            return Int32(r * 5 - c * 3 + square + (r * r * 7 + c * c * 13 + r * c * 5) % 23 - 300)
        }
        let one = try SamplePlane(height: 70, width: 45, range: -2048...2047, samples: grey)
        let three = try (0..<3).map { plane in
            let samples = (0..<17 * 33).map { index -> Int32 in
                let (r, c) = (index / 33, index % 33)
                return Int32((r * (plane + 2) + c * (5 - plane) + (r * c) % (7 + plane)) % 256)
            }
            return try SamplePlane(height: 17, width: 33, range: 0...255, samples: samples)
        }
        let units = try ModalityUnits(slope: 1, intercept: -24, name: "HU")
        let windows = [ContentWindow(centre: 40, width: 400), ContentWindow(centre: 300, width: 1500)].compactMap { $0 }
        let greyRecord = try ContentRecord(
            of: ContentImage(planes: [one], units: units, spacing: SampleSpacing(rows: 0.5, columns: 0.75)), windows: windows,
            imageDigest: (0..<32).map { UInt8($0) }, imageID: [1, 2, 3, 4])
        let colourRecord = try ContentRecord(of: ContentImage(planes: three, units: ModalityUnits.none))
        return Vectors(grey: hexadecimal(greyRecord.bytes), colour: hexadecimal(colourRecord.bytes))
    }

    @Test("The bytes are the known ones")
    func known() throws {
        let records = try records()
        #expect(
            ContentDigest(of: Array(records.grey.utf8)).description == "3ce07c1e585cf927d477170db203574d961b7e19ee327e2af138eb60b42eebb9")
        #expect(
            ContentDigest(of: Array(records.colour.utf8)).description == "18b38779e527075570c00526dd57b6bdd8e01938d59018a87b5e30c199185161")
    }

    @Test("The second implementation writes the same", .needs("python3"))
    func secondImplementation() async throws {
        let theirs: Vectors = try await ForeignPrograms.python(["\(Package.folder)/docs/formats/content_record_vectors.py"])
        #expect(try records() == theirs)
    }
}
