/// What is wrong with a series as a whole.
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
        /// What the file's header calls it.
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
