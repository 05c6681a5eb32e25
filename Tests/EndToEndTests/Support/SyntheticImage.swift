import DICOM
import Foundation
import SeededRandomness

/// Small synthetic DICOM images, each different, with a patient who never was.
struct SyntheticImage {
    var rows = 64
    var columns = 64
    var frames = 1
    var samplesPerPixel = 1
    var bitsAllocated = 16
    var bitsStored = 12
    var isSigned = false
    var studyUID = "2.25.1001"
    var instance = 1
    var patientName = "SYNTHETIC^PATIENT"
    var patientID = "SYN-4711-0815"
    /// Bytes of a private element, of which no two are alike and which are the same in every image: a scanner's protocol.
    var privateByteCount = 0
    /// Some software leaves StudyInstanceUID out.
    var namesItsStudy = true

    /// The file in explicit VR little endian.
    func file() throws -> [UInt8] {
        var header = header
        if privateByteCount > 0 {
            var random = SplitMix64(seed: 4711)
            let bytes = (0..<privateByteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
            try header.setPrivateBytes(bytes, creator: "SYNTHETIC VENDOR", group: 0x0029, element: 0x10)
        }
        return try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(pixels))
    }

    var header: DataSet {
        var header = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.2"]),
            DataElement(.sopInstanceUID, .UI, strings: ["\(studyUID).1.\(instance)"]),
            DataElement(.studyInstanceUID, .UI, strings: [studyUID]),
            DataElement(.seriesInstanceUID, .UI, strings: ["\(studyUID).1"]),
            DataElement(.modality, .CS, strings: ["CT"]),
            DataElement(.patientName, .PN, strings: [patientName]),
            DataElement(.patientID, .LO, strings: [patientID]),
            DataElement(.instanceNumber, .IS, strings: ["\(instance)"]),
            DataElement(.samplesPerPixel, .US, integers: [samplesPerPixel]),
            DataElement(.photometricInterpretation, .CS, strings: [samplesPerPixel == 3 ? "RGB" : "MONOCHROME2"]),
            DataElement(.rows, .US, integers: [rows]),
            DataElement(.columns, .US, integers: [columns]),
            DataElement(.bitsAllocated, .US, integers: [bitsAllocated]),
            DataElement(.bitsStored, .US, integers: [bitsStored]),
            DataElement(.highBit, .US, integers: [bitsStored - 1]),
            DataElement(.pixelRepresentation, .US, integers: [isSigned ? 1 : 0]),
        ])
        if !namesItsStudy { header[.studyInstanceUID] = nil }
        if samplesPerPixel > 1 { header.set(DataElement(.planarConfiguration, .US, integers: [0])) }
        if frames > 1 { header.set(DataElement(.numberOfFrames, .IS, strings: ["\(frames)"])) }
        return header
    }

    /// A bright disc on a dark ground with some noise, the same for the same instance.
    private var pixels: [UInt8] {
        var random = SplitMix64(seed: UInt64(instance))
        var bytes: [UInt8] = []
        let top = (1 << (bitsStored - (isSigned ? 1 : 0))) - 1
        for _ in 0..<frames {
            for row in 0..<rows {
                for column in 0..<columns {
                    let inside = (row - rows / 2) * (row - rows / 2) + (column - columns / 2) * (column - columns / 2) < rows * columns / 9
                    for _ in 0..<samplesPerPixel {
                        let value = (inside ? top / 2 : top / 16) + Int(random.next() % 4)
                        bytes.append(UInt8(truncatingIfNeeded: value))
                        if bitsAllocated == 16 { bytes.append(UInt8(truncatingIfNeeded: value >> 8)) }
                    }
                }
            }
        }
        return bytes
    }
}
