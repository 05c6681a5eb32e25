import DICOM
import SeededRandomness

/// A small synthetic image with a patient who never was.
enum SyntheticFile {
    static let patientName = "SYNTHETIC^PATIENT"

    /// 96 × 96 samples of 12 bits; a private block of random bytes makes the record as large as asked.
    static func make(privateByteCount: Int = 0, series: Int = 1, instance: Int = 1) throws -> [UInt8] {
        var header = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.2"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.77.\(series).\(instance)"]),
            DataElement(.studyInstanceUID, .UI, strings: ["2.25.77"]),
            DataElement(.seriesInstanceUID, .UI, strings: ["2.25.77.\(series)"]),
            DataElement(.modality, .CS, strings: ["CT"]),
            DataElement(.patientName, .PN, strings: [patientName]),
            DataElement(.patientID, .LO, strings: ["SYN-77"]),
            DataElement(.samplesPerPixel, .US, integers: [1]),
            DataElement(.photometricInterpretation, .CS, strings: ["MONOCHROME2"]),
            DataElement(.rows, .US, integers: [96]),
            DataElement(.columns, .US, integers: [96]),
            DataElement(.bitsAllocated, .US, integers: [16]),
            DataElement(.bitsStored, .US, integers: [12]),
            DataElement(.highBit, .US, integers: [11]),
            DataElement(.pixelRepresentation, .US, integers: [0]),
        ])
        var random = SplitMix64(seed: 77)
        if privateByteCount > 0 {
            try header.setPrivateBytes(
                (0..<privateByteCount).map { _ in UInt8.random(in: 0...255, using: &random) }, creator: "SYNTHETIC VENDOR", group: 0x0029,
                element: 0x10)
        }
        let pixels = (0..<96 * 96).flatMap { index -> [UInt8] in
            let value = UInt16(400 + index / 96 * 8 + Int.random(in: 0...3, using: &random))
            return [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)]
        }
        return try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(pixels))
    }
}
