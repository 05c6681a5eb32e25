import Crypto
import Foundation
import TestSupport
import Testing

@testable import Marks

@Suite("Marks made after docs/formats/mark.md alone")
struct StrictMarkVectorTests {
    private struct Vectors: Decodable {
        struct Vector: Decodable {
            let name: String
            let verdict: String
            /// Row and column of the first sample.
            let cells: [[Int]]
            let samples: Data
        }

        let publicKey: String
        let issuer: String
        let identifier: String
        let height: Int
        let width: Int
        let restored: String
        let vectors: [Vector]
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        stride(from: 0, to: hexadecimal.count, by: 2).compactMap { UInt8(hexadecimal.dropFirst($0).prefix(2), radix: 16) }
    }

    @Test("What another program has marked is read as it says, and every failure by its name", .needs("python3"))
    func vectors() async throws {
        let vectors: Vectors = try await ForeignPrograms.python(["\(Package.folder)/docs/formats/mark_vectors.py"])
        var directory = IssuerDirectory()
        let issuer = try #require(IssuerIdentifier(bytes: Self.bytes(vectors.issuer)))
        try directory.add(issuer, name: "vectors", keyBytes: Self.bytes(vectors.publicKey))
        #expect(vectors.vectors.count == 9)
        for vector in vectors.vectors {
            let samples = stride(from: 0, to: vector.samples.count, by: 2).map {
                Int32(vector.samples[$0]) | Int32(vector.samples[$0 + 1]) << 8
            }
            let plane = try SamplePlane(height: vectors.height, width: vectors.width, range: 0...4095, samples: samples)
            let reading = StrictReader(directory: directory).read(MarkImage(plane))
            #expect(reading.verdict.rawValue == vector.verdict, "\(vector.name)")
            for cell in vector.cells {
                #expect(reading.cells.contains { $0.top == cell[0] && $0.left == cell[1] }, "\(vector.name)")
            }
            guard vector.verdict == "intact" else { continue }
            #expect(reading.identifier?.bytes == Self.bytes(vectors.identifier))
            var digest = SHA256()
            let size = [vectors.height, vectors.width].flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
            digest.update(data: Data(size))
            reading.restored.carrier.samples.map(\.littleEndian).withUnsafeBytes { digest.update(bufferPointer: $0) }
            #expect(Array(digest.finalize()) == Self.bytes(vectors.restored))
        }
    }
}
