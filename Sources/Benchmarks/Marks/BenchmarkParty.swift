import Crypto
import DICOM
import Foundation
import MarkedImages
import Marks
import SeededRandomness

/// An issuer with a fresh key, and what believes it.
struct BenchmarkParty {
    let issuer: MarkIssuer
    let directory: IssuerDirectory

    init() throws {
        let key = Curve25519.Signing.PrivateKey()
        guard let identifier = IssuerIdentifier(bytes: Array(SHA256.hash(data: key.publicKey.rawRepresentation)).prefix(8)) else {
            throw MarksError(.key, "a digest has no eight bytes")
        }
        issuer = MarkIssuer(
            identifier: identifier, sign: { Array(try key.signature(for: $0)) },
            secret: { Array(SHA256.hash(data: key.rawRepresentation + $0).prefix(16)) })
        var directory = IssuerDirectory()
        directory.add(identifier, name: "bench", key: key.publicKey)
        self.directory = directory
    }

    var marker: FileMarker { FileMarker(issuer: issuer, time: 1_700_000_000, startPoint: .acquired, operation: nil) }

    /// A binding for a mark of samples alone.
    func binding(_ layout: MarkLayout) throws -> MarkBinding {
        try MarkBinding(
            layout: layout, entryCount: 0, startPoint: .acquired,
            header: try HeaderCommitment(bytes: [UInt8](repeating: 0, count: HeaderCommitment.byteCount)),
            seriesRoot: [UInt8](repeating: 0, count: 16), seriesIndex: 0, seriesCount: 0, custodyHead: [UInt8](repeating: 0, count: 32),
            issuer: issuer.identifier, time: 1_700_000_000, contentRecordDigest: [UInt8](repeating: 0, count: 8))
    }
}

/// Images that are enough like real ones for a mark: a body with texture in a dark surround with a little noise.
enum MadeUpImage {
    static func plane(height: Int, width: Int, bits: Int, isSigned: Bool, padding: Bool, _ random: inout SplitMix64) throws -> SamplePlane {
        let low: Int32 = isSigned ? -(1 << (bits - 1)) : 0
        let high: Int32 = low + (1 << bits) - 1
        let span = Double(high - low)
        let noise = max(1, Int32(span / 1400))
        let steps = (Double.random(in: 1...9, using: &random), Double.random(in: 1...9, using: &random))
        var samples: [Int32] = []
        samples.reserveCapacity(height * width)
        for row in 0..<height {
            for column in 0..<width {
                let (y, x) = (2 * Double(row) / Double(height) - 1, 2 * Double(column) / Double(width) - 1)
                let square = x * x + y * y
                let base = square < 0.7 ? span * (0.3 + 0.05 * sin(steps.0 * x) * cos(steps.1 * y)) : span / 40 + 4
                let grain = Int32.random(in: -noise...noise, using: &random) + Int32.random(in: -noise...noise, using: &random)
                samples.append(padding && square > 1.6 ? low : min(max(low + Int32(base) + grain, low), high))
            }
        }
        return try SamplePlane(height: height, width: width, range: low...high, padding: padding ? low : nil, samples: samples)
    }

    /// A file of computed tomography, of 12 bits.
    static func file(height: Int, width: Int, seed: UInt64) throws -> [UInt8] {
        var random = SplitMix64(seed: seed)
        let plane = try plane(height: height, width: width, bits: 12, isSigned: false, padding: false, &random)
        var dataSet = DataSet()
        dataSet.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.2")
        dataSet.set(.sopInstanceUID, .UI, "2.25.\(seed)")
        dataSet.set(.studyInstanceUID, .UI, "2.25.1")
        dataSet.set(.seriesInstanceUID, .UI, "2.25.2")
        dataSet.set(.modality, .CS, "CT")
        dataSet.set(.rows, .US, integers: [height])
        dataSet.set(.columns, .US, integers: [width])
        dataSet.set(.samplesPerPixel, .US, integers: [1])
        dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
        for (tag, value) in [(Tag.bitsAllocated, 16), (.bitsStored, 12), (.highBit, 11), (.pixelRepresentation, 0)] {
            dataSet.set(tag, .US, integers: [value])
        }
        let bytes = plane.samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(bytes))
    }
}
