import Basics
import Foundation
import TestSupport
import Testing

@testable import Marks

/// docs/formats/volume_mark_vectors.py marks the same slice; what it prints is known here by its digest too.
@Suite("Vectors of volume marks")
struct VolumeMarkVectorTests {
    private struct Vectors: Decodable, Equatable { var marked: String, note: String, cosines: String }

    private func vectors() throws -> Vectors {
        let samples = (0..<480).map { index -> Int32 in
            let (r, c) = (index / 20, index % 20)
            let ends: [Int32] = [0, 4095, 4093, 7]
            return (r + c) % 9 != 0 ? Int32((r * 211 + c * 173 + r * c * 31) % 4096) : ends[(r * 5 + c) % 4]
        }
        let plane = try SamplePlane(height: 24, width: 20, range: 0...4095, padding: 7, samples: samples)
        let spacing = try #require(SampleSpacing(rows: 2.5, columns: 3.25))
        let slices = try (0..<3).map { slice -> SliceGeometry in
            let k = Double(slice)
            return try SliceGeometry(
                position: [-20.5 + 0.3 * k, 10.25 - 0.4 * k, 7 + 5 * k], orientation: [0.8, 0.6, 0, -0.36, 0.48, 0.8], spacing: spacing)
        }
        let key = try VolumeMarkKey(siteKey: (0..<32).map { UInt8($0) }, series: "1.2.840.99")
        let mark = try VolumeMark(
            key: key, identity: "patient 1", strength: .init(sync: 768, identity: 576), height: 24, width: 20, slices: slices)
        let (marked, note) = mark.embed(in: plane, at: slices[1])
        func bytes(_ words: [some FixedWidthInteger]) -> [UInt8] {
            words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
        }
        return Vectors(
            marked: hexadecimal(bytes(marked.samples.map { Int16($0) })), note: hexadecimal(note.bytes),
            cosines: ContentDigest(of: bytes(IntegerCosine.table)).description)
    }

    @Test("Samples and note are the known ones")
    func known() throws {
        let vectors = try vectors()
        #expect(
            ContentDigest(of: Array(vectors.marked.utf8)).description == "f8cdb76cff816c6cff523961ab4476bd2cef5e370ed76721f76d0986680278bf")
        #expect(
            ContentDigest(of: Array(vectors.note.utf8)).description == "8d763f07a6507fb63c3873769f93c3d0ddc023d8c9253320d2b6a17da7db66e6")
        #expect(vectors.cosines == "97d5f30bb628a29a44e37b7c025433b31192a15a1468ace22292d266bfc1b2ad")
    }

    @Test("The second implementation makes the same", .needs("python3"))
    func secondImplementation() async throws {
        let theirs: Vectors = try await ForeignPrograms.python(["\(Package.folder)/docs/formats/volume_mark_vectors.py"])
        #expect(try vectors() == theirs)
    }
}
