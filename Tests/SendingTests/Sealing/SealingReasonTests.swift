import Basics
import DICOM
import Foundation
import Protocol
import StegoKit
import Testing

@testable import Sending

@Suite struct SealingReasonTests {
    /// Why a codec was chosen says nothing of a file that no codec has touched.
    @Test(arguments: [true, false]) func theReasonFitsTheFile(_ hasPixels: Bool) throws {
        let path = NSTemporaryDirectory() + "veilray-test-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let bytes = try Self.file(hasPixels: hasPixels)
        try Data(bytes).write(to: URL(filePath: path))
        let decision = EncodingDecision(encoding: StegoEncoding(.htj2k), reason: .linkKeepsUp)
        let work = SealingWork(sealer: InstanceSealer(key: StudyKey(), options: SealOptions(method: .reversible)), decision: decision)
        guard case .sealed(let sealed) = work.outcome(path: path, name: "a", digest: ContentDigest(of: bytes)) else {
            Issue.record("it was not sealed")
            return
        }
        #expect(sealed.report.codec == (hasPixels ? .htj2k : .none))
        #expect(sealed.report.encodingReason == (hasPixels ? "\(decision.reason)" : "nothing of it is compressed anew"))
    }

    private static func file(hasPixels: Bool) throws -> [UInt8] {
        var header = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.2"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.79.1"]),
            DataElement(.patientName, .PN, strings: ["SYNTHETIC^PATIENT"]),
        ])
        guard hasPixels else { return try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian) }
        let numbers: [(DICOM.Tag, Int)] = [
            (.samplesPerPixel, 1), (.rows, 128), (.columns, 128), (.bitsAllocated, 16), (.bitsStored, 12), (.highBit, 11),
            (.pixelRepresentation, 0),
        ]
        for (tag, value) in numbers { header.set(DataElement(tag, .US, integers: [value])) }
        header.set(DataElement(.photometricInterpretation, .CS, strings: ["MONOCHROME2"]))
        var pixels: [UInt8] = []
        for row: UInt8 in 0..<128 {
            for column: UInt8 in 0..<128 { pixels += [row + column % 3, 1] }
        }
        return try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(pixels))
    }
}
