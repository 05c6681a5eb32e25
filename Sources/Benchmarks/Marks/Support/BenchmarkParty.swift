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
    private let key: Curve25519.Signing.PrivateKey

    init() throws {
        let key = Curve25519.Signing.PrivateKey()
        self.key = key
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

    /// Makes a directory believe this party.
    func join(_ directory: inout IssuerDirectory) { directory.add(issuer.identifier, name: "bench", key: key.publicKey) }

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

extension IssuerDirectory {
    /// A directory that believes all parties.
    static func joined(_ parties: [BenchmarkParty]) -> IssuerDirectory {
        parties.reduce(into: IssuerDirectory()) { $1.join(&$0) }
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
        return try file([plane], bits: 12, instance: "2.25.\(seed)")
    }

    /// A file of one frame.
    ///
    /// - Parameter planes: one of grey, or three of colour, which are written sample after sample.
    static func file(_ planes: [SamplePlane], bits: Int, instance: String) throws -> [UInt8] {
        let (plane, isWide) = (planes[0], bits > 8)
        var dataSet = DataSet()
        dataSet.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.2")
        dataSet.set(.sopInstanceUID, .UI, instance)
        dataSet.set(.studyInstanceUID, .UI, "2.25.1")
        dataSet.set(.seriesInstanceUID, .UI, "2.25.2")
        dataSet.set(.modality, .CS, "CT")
        dataSet.set(.photometricInterpretation, .CS, planes.count == 3 ? "RGB" : "MONOCHROME2")
        if planes.count == 3 { dataSet.set(.planarConfiguration, .US, integers: [0]) }
        let isSigned = plane.range.lowerBound < 0
        let numbers = [
            (Tag.rows, plane.height), (.columns, plane.width), (.samplesPerPixel, planes.count), (.bitsAllocated, isWide ? 16 : 8),
            (.bitsStored, bits), (.highBit, bits - 1), (.pixelRepresentation, isSigned ? 1 : 0),
        ]
        for (tag, value) in numbers { dataSet.set(tag, .US, integers: [value]) }
        if let padding = plane.padding { dataSet.set(.pixelPaddingValue, isSigned ? .SS : .US, integers: [Int(padding)]) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(plane.samples.count * planes.count * 2)
        for index in plane.samples.indices {
            for plane in planes {
                bytes.append(UInt8(truncatingIfNeeded: plane.samples[index]))
                if isWide { bytes.append(UInt8(truncatingIfNeeded: plane.samples[index] >> 8)) }
            }
        }
        // Values have an even number of bytes.
        if bytes.count % 2 == 1 { bytes.append(0) }
        return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(bytes))
    }
}
