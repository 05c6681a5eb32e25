import Basics
import Testing
import TextDetection

@testable import StegoKit

/// What docs/formats/redaction_vectors.py makes from the page of the format alone.
@Suite struct RedactionVectors {
    /// SHA-256 of the residual bytes for each prediction byte.
    private static let digests = [
        "2cc74e71418e6bb20fae7149f81a4bad19764687fa9304e441290818595f5bfe",
        "7d1235c7426efb88629d606758a34ea7753894f5b786342f2158fca14844a732",
        "4cbf19dfe56e2b7f74e3502f4c2abf8afd52e904938db73f0e732da62976080a",
        "7fbdf3c865d6d02e1070629ddedc65a79e04eae612c6672b76648038244e3ff4",
        "0f6f26718bbce9dba57c965481888f2fbce122dd4d17f2381bfe0929956c8eba",
        "9b7cd8e166d239b396a708db6da3c5389efceb7577aae855608e198ca6bdc16a",
        "dd5b7324e54bc5c434bc51fce997952bd88f239ead19570151f239869e1b428e",
        "a059c090756ed512046bb44fb060d5e592ae2f4ebcf4e08747121d7db6fa96cc",
    ]

    @Test(arguments: 0..<8) func residualsAreThoseOfTheFormat(_ flags: Int) throws {
        let (rows, columns, bits) = (20, 27, 10)
        let planes = (0..<6).map { plane in
            (0..<rows * columns).map { index -> UInt16 in
                let (y, x) = index.quotientAndRemainder(dividingBy: columns)
                return UInt16((x * x * 3 + y * 17 + plane % 3 * 111 + plane / 3 * 29 + x * y % 7) % 1024)
            }
        }
        var mask = CellMask(imageRows: rows, imageColumns: columns)
        for (row, column) in [(0, 0), (0, 1), (1, 1), (1, 3), (2, 2), (2, 3)] {
            mask.fill(rows: row..<row + 1, columns: column..<column + 1)
        }
        let samples = HiddenSamples(under: mask, colours: 3, bits: bits, HiddenPrediction(rawValue: flags))
        let residuals = samples.residuals(of: planes[...])
        let bytes = residuals.map { UInt8(truncatingIfNeeded: $0) } + residuals.map { UInt8(truncatingIfNeeded: $0 >> 8) }
        #expect("\(ContentDigest(of: bytes))" == Self.digests[flags])
    }
}
