import Foundation
import TestSupport

@testable import Marks

typealias Point = SliceStack.Point

extension SliceStack {
    private struct Header: Decodable {
        var rows: Int, columns: Int, low: Int32, high: Int32, padding: Int32
        var slope: Double, spacing: [Double], orientation: [Double], positions: [[Double]]
    }

    /// A series of the corpus, each slice where its header says.
    ///
    /// - Parameter regular: instead, slices 4.22 mm apart and at right angles to the normal.
    static func real(_ name: String, regular: Bool = false) async throws -> SliceStack {
        let folder = try TemporaryFolder()
        let script = "\(Package.folder)/Tests/MarksTests/Judges/series.py"
        let header: Header = try await ForeignPrograms.python([script, folder("samples"), Corpus.path(name)])
        let bytes = folder.bytes("samples") ?? []
        let count = header.rows * header.columns
        let slices = try header.positions.indices.map { index in
            let samples = bytes.withUnsafeBytes { raw in
                (0..<count).map { Int32(raw.loadUnaligned(fromByteOffset: 2 * (index * count + $0), as: Int16.self)) }
            }
            return try SamplePlane(
                height: header.rows, width: header.columns, range: header.low...header.high, padding: header.padding, samples: samples)
        }
        let o = header.orientation
        guard let spacing = SampleSpacing(rows: header.spacing[0], columns: header.spacing[1]) else { throw ProgramFailure("no spacing") }
        return SliceStack(
            slices: slices,
            positions: header.positions.indices.map { index in
                regular
                    ? Point(0, 0, 4.22 * Double(index))
                    : Point(header.positions[index][0], header.positions[index][1], header.positions[index][2])
            },
            alongRow: regular ? Point(1, 0, 0) : Point(o[0], o[1], o[2]), alongColumn: regular ? Point(0, 1, 0) : Point(o[3], o[4], o[5]),
            spacing: spacing)
    }
}
