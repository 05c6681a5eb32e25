import DICOM
import Marks

/// The part of a file's pixel data that a mark is about.
enum FilePixels {
    /// Samples that the mark is put into.
    case carrying(StoredSamples)
    /// Samples that the mark signs and does not touch, and why not.
    case signed(StoredSamples, obstacle: String)
    /// Bytes as they stand in the file, and why no samples are looked at.
    case opaque([UInt8], obstacle: String)

    init(of file: DICOMFile) throws {
        guard file.pixels != nil, let range = file.pixelDataRange else {
            self = .opaque([], obstacle: "it has no pixels")
            return
        }
        if file.isPixelDataEncapsulated {
            guard file.transferSyntax.isLossless == true else {
                self = .opaque(Array(file.expanded[range]), obstacle: "its pixels are compressed with loss")
                return
            }
        }
        let (description, native) = try PixelCodec.decode(file)
        guard let samples = try StoredSamples(description, native) else {
            self = .opaque(Array(file.expanded[range]), obstacle: "samples of this kind carry no mark")
            return
        }
        if file.isPixelDataEncapsulated {
            self = .signed(samples, obstacle: "its pixels are compressed, and the file could not be restored byte for byte")
        } else if let obstacle = samples.obstacle {
            self = .signed(samples, obstacle: obstacle)
        } else {
            self = .carrying(samples)
        }
    }

    /// The samples of each frame; none for opaque bytes.
    var images: [MarkImage] {
        switch self {
        case .carrying(let samples), .signed(let samples, _): samples.images
        case .opaque: []
        }
    }

    /// Bytes that they hold in memory.
    var byteCount: Int {
        switch self {
        case .carrying(let samples), .signed(let samples, _): samples.byteCount
        case .opaque(let bytes, _): bytes.count
        }
    }

    /// Why the pixels carry nothing; `nil` where they can.
    var obstacle: String? {
        switch self {
        case .carrying: nil
        case .signed(_, let obstacle), .opaque(_, let obstacle): obstacle
        }
    }

    /// The digests that a mark signs, one a frame; of opaque bytes as of one frame.
    func digests(instance: String) -> [[UInt8]] {
        switch self {
        case .carrying(let samples), .signed(let samples, _):
            samples.images.enumerated().map { $1.digest(ImageIdentifier(instance: instance, frame: $0)) }
        case .opaque(let bytes, _): [OpaqueMark.digest(of: bytes, ImageIdentifier(instance: instance, frame: 0))]
        }
    }
}
