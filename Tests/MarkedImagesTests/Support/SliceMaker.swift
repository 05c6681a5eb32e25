import Crypto
import DICOM
import Foundation
import Marks
import SeededRandomness
import Testing

/// Small CT slices of a phantom, as files.
enum SliceMaker {
    /// - Parameter radius: of the body, a disc in the middle, as a share of the side.
    static func file(
        number: Int = 1, side: Int = 192, radius: Double = 0.424, name: String = "Doe^Jane", isSigned: Bool = false, seed: UInt64 = 1,
        change: (inout DataSet) -> Void = { _ in }
    ) throws -> [UInt8] {
        var random = SplitMix64(seed: seed &+ UInt64(number))
        var dataSet = DataSet()
        dataSet.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.2")
        dataSet.set(.sopInstanceUID, .UI, "1.2.3.4.\(number)")
        dataSet.set(.studyInstanceUID, .UI, "1.2.3")
        dataSet.set(.seriesInstanceUID, .UI, "1.2.3.4")
        dataSet.set(.modality, .CS, "CT")
        dataSet.set(.patientName, .PN, name)
        dataSet.set(.patientID, .LO, "4711")
        dataSet.set(.instanceNumber, .IS, "\(number)")
        dataSet.set(.imagePositionPatient, .DS, strings: ["0", "0", "\(number * 5)"])
        dataSet.set(.imageOrientationPatient, .DS, strings: ["1", "0", "0", "0", "1", "0"])
        dataSet.set(.pixelSpacing, .DS, strings: ["0.5", "0.5"])
        dataSet.set(.rescaleSlope, .DS, "1")
        dataSet.set(.rescaleIntercept, .DS, "-1024")
        dataSet.set(.rows, .US, integers: [side])
        dataSet.set(.columns, .US, integers: [side])
        dataSet.set(.samplesPerPixel, .US, integers: [1])
        dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
        dataSet.set(.bitsAllocated, .US, integers: [16])
        dataSet.set(.bitsStored, .US, integers: [12])
        dataSet.set(.highBit, .US, integers: [11])
        dataSet.set(.pixelRepresentation, .US, integers: [isSigned ? 1 : 0])
        change(&dataSet)
        var pixels: [UInt8] = []
        for row in 0..<side {
            for column in 0..<side {
                let (y, x) = (Double(row) / Double(side) - 0.5, Double(column) / Double(side) - 0.5)
                let base = x * x + y * y < radius * radius ? 1000 + Int(200 * x * y) : 0
                let sample = base + Int.random(in: -3...3, using: &random) + (isSigned ? 0 : 40)
                let word = UInt16(truncatingIfNeeded: sample)
                pixels += [UInt8(truncatingIfNeeded: word), UInt8(truncatingIfNeeded: word >> 8)]
            }
        }
        return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(pixels))
    }

    /// A file with some of its elements other than they were, its pixels untouched.
    static func rewritten(_ bytes: [UInt8], _ change: (inout DataSet) -> Void) throws -> [UInt8] {
        let file = try DICOMFile(bytes: bytes, name: "file")
        var dataSet = file.dataSet
        change(&dataSet)
        let range = try #require(file.pixelDataRange)
        return try DICOMWriter.write(
            dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(Array(file.expanded[range])))
    }

    /// A file with one stored sample more or less.
    static func edited(_ bytes: [UInt8], samples: Range<Int>, by change: UInt8 = 1) throws -> [UInt8] {
        let range = try #require(try DICOMFile(bytes: bytes, name: "file").pixelDataRange)
        var edited = bytes
        for sample in samples { edited[range.lowerBound + 2 * sample] ^= change }
        return edited
    }
}

/// An issuer with a fresh key, and what believes it.
struct Party {
    let key = Curve25519.Signing.PrivateKey()
    let issuer: MarkIssuer
    let name: String

    init(_ name: String) throws {
        let key = key
        let digest = Array(SHA256.hash(data: key.publicKey.rawRepresentation))
        let identifier = try #require(IssuerIdentifier(bytes: digest.prefix(8)))
        self.name = name
        issuer = MarkIssuer(
            identifier: identifier, sign: { Array(try key.signature(for: $0)) },
            secret: { context in Array(SHA256.hash(data: key.rawRepresentation + context).prefix(16)) })
    }

    static func directory(_ parties: Party...) -> IssuerDirectory {
        var directory = IssuerDirectory()
        for party in parties { directory.add(party.issuer.identifier, name: party.name, key: party.key.publicKey) }
        return directory
    }
}
