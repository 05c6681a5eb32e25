import Foundation
import SeededRandomness
import TestSupport

@testable import DICOM

/// Small synthetic objects whose every byte is known.
enum Fixture {
    /// A minimal grey image of explicit little endian, with a patient to hide.
    static func dataSet(rows: Int = 4, columns: Int = 6, bitsAllocated: Int = 16, bitsStored: Int = 12, frames: Int = 1) -> DataSet {
        var dataSet = DataSet()
        dataSet.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.2")
        dataSet.set(.sopInstanceUID, .UI, "1.2.3.4.5.6.7.8")
        dataSet.set(.studyInstanceUID, .UI, "1.2.3.4.5")
        dataSet.set(.seriesInstanceUID, .UI, "1.2.3.4.5.6")
        dataSet.set(.modality, .CS, "CT")
        dataSet.set(.patientName, .PN, "Doe^Jane")
        dataSet.set(.patientID, .LO, "PID-4711")
        dataSet.set(.samplesPerPixel, .US, integers: [1])
        dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
        if frames > 1 { dataSet.set(.numberOfFrames, .IS, integers: [frames]) }
        dataSet.set(.rows, .US, integers: [rows])
        dataSet.set(.columns, .US, integers: [columns])
        dataSet.set(.bitsAllocated, .US, integers: [bitsAllocated])
        dataSet.set(.bitsStored, .US, integers: [bitsStored])
        dataSet.set(.highBit, .US, integers: [bitsStored - 1])
        dataSet.set(.pixelRepresentation, .US, integers: [0])
        return dataSet
    }

    static func file(_ dataSet: DataSet = dataSet(), pixels: [UInt8] = [UInt8](repeating: 1, count: 48)) throws -> [UInt8] {
        try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(pixels))
    }

    /// Samples within the stored bits, smooth like an image with some noise.
    static func samples(_ description: PixelDescription, using generator: inout SplitMix64) -> [UInt8] {
        var bytes: [UInt8] = []
        let width = description.bytesPerSample
        let range = description.valueRange
        let count = description.sampleCountOfFrame * description.frames
        let span = range.upperBound - range.lowerBound
        for index in 0..<count {
            let wave = (index % description.columns) * span / max(description.columns, 1)
            let value = min(range.upperBound, max(range.lowerBound, range.lowerBound + wave + Int.random(in: -3...3, using: &generator)))
            for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
        }
        return bytes
    }

    static func mapUID(_ uid: String) -> String { UniqueIdentifier.named("test " + uid) }
}

/// The code of the error that an operation throws; nil when it throws none.
func code(_ operation: () throws -> Void) -> DICOMError.Code? {
    do {
        try operation()
        return nil
    } catch {
        return (error as? DICOMError)?.code
    }
}

extension Corpus {
    /// What is wrong with each of ``damaged``.
    static let damage: [String: DICOMError.Code] = [
        "pydicom/MR_truncated.dcm": .truncatedPixelData, "pydicom/rtplan_truncated.dcm": .truncated, "pydicom/no_meta.dcm": .notDICOM,
    ]

    static func file(_ name: String) throws -> DICOMFile { try DICOMFile(bytes: bytes(name), name: (name as NSString).lastPathComponent) }
}
