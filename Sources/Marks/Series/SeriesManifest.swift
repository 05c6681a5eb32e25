import Crypto
import Foundation

/// The images of a series as they were marked, in their order.
public struct SeriesManifest: Hashable, Sendable {
    /// One image: a frame of an instance.
    public struct Image: Hashable, Sendable {
        /// SOP Instance UID.
        public let instance: String
        /// Counted from 0.
        public let frame: Int
        /// The image's digest, cut to 16 bytes.
        public let digest: [UInt8]

        public init(instance: String, frame: Int, digest: [UInt8]) {
            (self.instance, self.frame, self.digest) = (instance, frame, Array(digest.prefix(SeriesManifest.digestByteCount)))
        }

        /// The identifier of this image in its pixels.
        public var identifier: ImageIdentifier { ImageIdentifier(instance: instance, frame: frame) }
    }

    static let digestByteCount = 16

    public let images: [Image]

    /// - Throws: `MarksError` of code `format` for more than 65 535 images.
    public init(_ images: [Image]) throws {
        guard images.count <= 65_535, images.allSatisfy({ $0.instance.utf8.count <= 64 && $0.digest.count == Self.digestByteCount }) else {
            throw MarksError(.format, "the series has too many images for a manifest, or one without a proper identifier")
        }
        self.images = images
    }

    /// For each image: length of the identifier (1) ‖ identifier ‖ frame (4) ‖ digest (16).
    public var bytes: [UInt8] { images.flatMap(Self.bytes) }

    private static func bytes(_ image: Image) -> [UInt8] {
        var bytes = [UInt8(truncatingIfNeeded: image.instance.utf8.count)] + Array(image.instance.utf8)
        bytes.appendBigEndian(UInt64(image.frame), byteCount: 4)
        return bytes + image.digest
    }

    /// - Throws: `MarksError` of code `format`.
    public init(bytes: [UInt8]) throws {
        var fields = FieldReader(bytes[...])
        var images: [Image] = []
        while fields.count > 0 {
            let instance = try fields.take(Int(try fields.number(1)))
            let frame = Int(try fields.number(4))
            images.append(
                Image(instance: String(decoding: instance, as: UTF8.self), frame: frame, digest: try fields.take(Self.digestByteCount)))
        }
        try self.init(images)
    }

    /// The Merkle tree's root over places, identifiers and digests, in the shape of RFC 9162 §2.1.1, cut to 16 bytes.
    public var root: [UInt8] {
        let leaves = images.enumerated().map { index, image in
            var leaf: [UInt8] = [0]
            leaf.appendBigEndian(UInt64(index), byteCount: 4)
            return Array(SHA256.hash(data: leaf + Self.bytes(image)))
        }
        return Array(Self.root(leaves[...]).prefix(16))
    }

    private static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        guard let first = leaves.first else { return Array(SHA256.hash(data: [UInt8]())) }
        guard leaves.count > 1 else { return first }
        var half = 1
        while half * 2 < leaves.count { half *= 2 }
        return Array(SHA256.hash(data: [1] + root(leaves.prefix(half)) + root(leaves.dropFirst(half))))
    }
}

/// A fault of a series as a whole.
public enum SeriesFinding: Hashable, Sendable {
    /// The image of this place is not there.
    case missing(place: Int)
    /// The file of the image at this place holds the pixels that were marked as another's.
    case swapped(place: Int, pixelsOf: Int)
    /// Files stand in another order than when they were marked: this one now comes before the other.
    case reordered(place: Int, before: Int)
    /// The image of this place is there more than once.
    case repeated(place: Int)
    /// The image belongs to another series.
    case foreign(file: String)
    /// The image was never part of the marked series.
    case inserted(file: String)
}

extension SeriesManifest {
    /// An image that is there now.
    public struct Present: Hashable, Sendable {
        public let file: String
        /// The identifier in the file's header.
        public let instance: String
        public let frame: Int
        /// Of the signed mark in it; `nil` where there is none.
        public let markedDigest: [UInt8]?
        /// The series root that the signed mark names.
        public let seriesRoot: [UInt8]?

        public init(file: String, instance: String, frame: Int, markedDigest: [UInt8]?, seriesRoot: [UInt8]?) {
            (self.file, self.instance, self.frame) = (file, instance, frame)
            self.markedDigest = markedDigest.map { Array($0.prefix(SeriesManifest.digestByteCount)) }
            self.seriesRoot = seriesRoot
        }
    }

    /// Compares a series with what was marked.
    ///
    /// - Parameter present: in the order in which the headers put them now.
    public func findings(_ present: [Present]) -> [SeriesFinding] {
        var findings: [SeriesFinding] = []
        var places: [Int] = []
        let root = root
        for image in present {
            let own = images.firstIndex { $0.instance == image.instance && $0.frame == image.frame }
            guard let digest = image.markedDigest else {
                if own == nil { findings.append(.inserted(file: image.file)) } else if let own { places.append(own) }
                continue
            }
            guard image.seriesRoot == root, let marked = images.firstIndex(where: { $0.digest == digest }) else {
                findings.append(.foreign(file: image.file))
                continue
            }
            if let own, own != marked { findings.append(.swapped(place: own, pixelsOf: marked)) }
            places.append(own ?? marked)
        }
        let counts = Dictionary(places.map { ($0, 1) }, uniquingKeysWith: +)
        findings += images.indices.filter { counts[$0] == nil }.map { .missing(place: $0) }
        findings += counts.filter { $0.value > 1 }.keys.sorted().map { .repeated(place: $0) }
        let reordered = zip(places, places.dropFirst()).filter { $0 > $1 }
        return findings + reordered.map { .reordered(place: $0.0, before: $0.1) }
    }
}
