import ArgumentParser
import DICOM

/// The kinds of study that the generator makes.
enum PhantomModality: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Head, 16 bits signed, padded outside of a circle.
    case ct
    /// Head, 12 bits in 16 unsigned.
    case mr
    /// Chest projection, 12 bits in 16 unsigned.
    case cr
    /// Sector scan, 8-bit RGB, eight frames.
    case us

    /// The Modality element's value.
    var code: String { rawValue.uppercased() }

    /// PS3.4 Table B.5-1.
    var storageClass: String {
        switch self {
        case .ct: "1.2.840.10008.5.1.4.1.1.2"
        case .mr: "1.2.840.10008.5.1.4.1.1.4"
        case .cr: "1.2.840.10008.5.1.4.1.1.1"
        case .us: "1.2.840.10008.5.1.4.1.1.3.1"
        }
    }

    var seriesDescription: String {
        switch self {
        case .ct: "Head phantom, routine"
        case .mr: "Head phantom, T1"
        case .cr: "Chest phantom, PA"
        case .us: "Sector phantom, B mode"
        }
    }
}

/// The identity of a phantom study: who it is about, obviously nobody, and its UIDs, all of them from seed and modality.
struct SyntheticStudy: Sendable {
    static let patientName = "SYNTHETIC^PHANTOM"
    static let patientIdentifier = "VEILRAY-DEMO-0001"
    static let institution = "Veilray Demonstration (synthetic)"

    let seed: UInt64
    let studyUID: String
    let seriesUID: String
    let frameOfReferenceUID: String

    private let modality: PhantomModality

    init(seed: UInt64, modality: PhantomModality) {
        self.seed = seed
        self.modality = modality
        studyUID = Self.uid("study", seed, modality)
        seriesUID = Self.uid("series", seed, modality)
        frameOfReferenceUID = Self.uid("frame of reference", seed, modality)
    }

    /// - Parameter number: the instance number, from 1.
    func instanceUID(_ number: Int) -> String {
        Self.uid("instance \(number)", seed, modality)
    }

    private static func uid(_ role: String, _ seed: UInt64, _ modality: PhantomModality) -> String {
        UniqueIdentifier.named("phantom \(modality.code) \(seed) \(role)")
    }
}

/// The pixels of one phantom instance and what describes them.
struct PhantomImage: Sendable {
    let rows: Int
    let columns: Int
    var frames = 1
    var samplesPerPixel = 1
    let bitsAllocated: Int
    let bitsStored: Int
    let isSigned: Bool
    /// Little endian, frame by frame, row by row, colour by pixel.
    let bytes: [UInt8]
}

extension PhantomImage {
    /// Values rounded to 16-bit samples between the limits that `bitsStored` and the sign set.
    static func bytes(of values: [Float], bitsStored: Int, isSigned: Bool) -> [UInt8] {
        let low = isSigned ? -Float(1 << (bitsStored - 1)) : 0
        let high = isSigned ? Float(1 << (bitsStored - 1)) - 1 : Float(1 << bitsStored) - 1
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 2)
        for value in values {
            let sample = Int32(min(max(value.rounded(), low), high))
            bytes.append(UInt8(truncatingIfNeeded: sample))
            bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
        }
        return bytes
    }
}
