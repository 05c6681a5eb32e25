import DICOM
import Evaluation
import Foundation
import SeededRandomness
import StegoKit
import Testing

/// Images that look a little like slices: a bright disc with smooth shading and noise on a dark ground.
enum TestImages {
    static func disc(rows: Int, columns: Int, bitsStored: Int, noise: Double = 4, _ generator: inout SplitMix64) throws -> SamplePlanes {
        let range = Double((1 << bitsStored) - 1)
        var levels: [UInt16] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let (y, x) = (Double(row) / Double(rows) - 0.5, Double(column) / Double(columns) - 0.5)
                let isInside = (x * x + y * y).squareRoot() < 0.35
                let shade = isInside ? 0.55 + 0.2 * sin(9 * x) * cos(7 * y) : 0.1
                // A sum of uniform numbers is close enough to a Gaussian.
                let grain = (0..<4).reduce(0) { sum, _ in sum + Double.random(in: -1...1, using: &generator) } * noise / 1.15
                levels.append(UInt16(min(max(shade * range + grain, 0), range)))
            }
        }
        return try SamplePlanes(rows: rows, columns: columns, bitsStored: bitsStored, planes: [levels])
    }

    static func noise(rows: Int, columns: Int, highest: UInt16, _ generator: inout SplitMix64) throws -> LevelBlock {
        let levels = (0..<rows * columns).map { _ in UInt16.random(in: 0...highest, using: &generator) }
        return try #require(LevelBlock(rows: rows, columns: columns, levels: levels))
    }

    /// A DICOM file of 12-bit samples that names somebody.
    static func file(_ planes: SamplePlanes, patient: String, series: String) throws -> DICOMFile {
        let header = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.2"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.77.1.1"]),
            DataElement(.seriesInstanceUID, .UI, strings: [series]),
            DataElement(.modality, .CS, strings: ["CT"]),
            DataElement(.patientName, .PN, strings: [patient]),
            DataElement(.patientID, .LO, strings: ["ID-\(patient)"]),
            DataElement(.samplesPerPixel, .US, integers: [1]),
            DataElement(.photometricInterpretation, .CS, strings: ["MONOCHROME2"]),
            DataElement(.rows, .US, integers: [planes.rows]),
            DataElement(.columns, .US, integers: [planes.columns]),
            DataElement(.bitsAllocated, .US, integers: [16]),
            DataElement(.bitsStored, .US, integers: [planes.bitsStored]),
            DataElement(.highBit, .US, integers: [planes.bitsStored - 1]),
            DataElement(.pixelRepresentation, .US, integers: [0]),
        ])
        let bytes = planes.planes[0].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        let file = try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(bytes))
        return try DICOMFile(bytes: file, name: "test")
    }
}
