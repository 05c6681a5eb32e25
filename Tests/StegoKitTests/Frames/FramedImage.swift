import Basics
import DICOM
import SeededRandomness
import Synchronization

@testable import StegoKit

/// A synthetic image of many frames with a patient who never was.
struct FramedImage {
    var frames = 6
    var rows = 64
    var columns = 64
    var bitsStored = 12
    var isSigned = false
    var samplesPerPixel = 1
    var planarConfiguration = 0
    /// Random bytes in the header, which make the record as large as asked.
    var privateByteCount = 0
    var seed: UInt64 = 1

    private var bitsAllocated: Int { bitsStored > 8 ? 16 : 8 }

    var description: PixelDescription {
        get throws {
            try PixelDescription(
                rows: rows, columns: columns, frames: frames, samplesPerPixel: samplesPerPixel, planarConfiguration: planarConfiguration,
                photometricInterpretation: samplesPerPixel == 3 ? "RGB" : "MONOCHROME2", bitsAllocated: bitsAllocated,
                bitsStored: bitsStored, isSigned: isSigned)
        }
    }

    /// Slopes with a little noise, another in each frame.
    var native: [UInt8] {
        var random = SplitMix64(seed: seed)
        let offset = isSigned ? -(1 << (bitsStored - 2)) : 1 << (bitsStored - 3)
        var bytes: [UInt8] = []
        for frame in 0..<frames {
            for index in 0..<rows * columns * samplesPerPixel {
                let value = offset + frame * 3 + index / columns / 2 % (1 << (bitsStored - 3)) + Int.random(in: 0...2, using: &random)
                bytes.append(UInt8(truncatingIfNeeded: value))
                if bitsAllocated == 16 { bytes.append(UInt8(truncatingIfNeeded: value >> 8)) }
            }
        }
        return bytes
    }

    private var header: DataSet {
        get throws {
            var header = DataSet([
                DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.2.1"]),
                DataElement(.sopInstanceUID, .UI, strings: ["2.25.78.1.\(seed)"]),
                DataElement(.studyInstanceUID, .UI, strings: ["2.25.78"]),
                DataElement(.seriesInstanceUID, .UI, strings: ["2.25.78.1"]),
                DataElement(.modality, .CS, strings: ["CT"]),
                DataElement(.patientName, .PN, strings: [SyntheticFile.patientName]),
                DataElement(.patientID, .LO, strings: ["SYN-78"]),
                DataElement(.samplesPerPixel, .US, integers: [samplesPerPixel]),
                DataElement(.photometricInterpretation, .CS, strings: [samplesPerPixel == 3 ? "RGB" : "MONOCHROME2"]),
                DataElement(.numberOfFrames, .IS, strings: ["\(frames)"]),
                DataElement(.rows, .US, integers: [rows]),
                DataElement(.columns, .US, integers: [columns]),
                DataElement(.bitsAllocated, .US, integers: [bitsAllocated]),
                DataElement(.bitsStored, .US, integers: [bitsStored]),
                DataElement(.highBit, .US, integers: [bitsStored - 1]),
                DataElement(.pixelRepresentation, .US, integers: [isSigned ? 1 : 0]),
            ])
            if samplesPerPixel == 3 { header.set(.planarConfiguration, .US, integers: [planarConfiguration]) }
            if privateByteCount > 0 {
                var random = SplitMix64(seed: seed)
                try header.setPrivateBytes(
                    (0..<privateByteCount).map { _ in UInt8.random(in: 0...255, using: &random) }, creator: "SYNTHETIC VENDOR",
                    group: 0x0029, element: 0x10)
            }
            return header
        }
    }

    /// - Parameter syntax: of the pixel data; native by default.
    func bytes(_ syntax: TransferSyntax = .explicitLittleEndian) throws -> [UInt8] {
        guard syntax != .explicitLittleEndian else {
            return try DICOMWriter.write(dataSet: header, transferSyntax: syntax, pixels: .native(native))
        }
        let encoded = try PixelCodec.encode(native, description, as: syntax)
        var header = try header
        header.set(.photometricInterpretation, .CS, encoded.description.photometricInterpretation)
        return try DICOMWriter.write(dataSet: header, transferSyntax: syntax, pixels: .encapsulated(encoded))
    }
}

/// A file in memory.
final class MemoryStore: ByteStore, Sendable {
    private let content = Mutex<[UInt8]>([])

    var bytes: [UInt8] { content.withLock { $0 } }
    var byteCount: Int { content.withLock { $0.count } }

    func append(_ bytes: [UInt8]) { content.withLock { $0 += bytes } }
    func read(_ range: Range<Int>) -> [UInt8] { content.withLock { Array($0[range]) } }
    func write(_ bytes: [UInt8], at offset: Int) {
        content.withLock { $0.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
    }
}
