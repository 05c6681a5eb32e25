import Basics
import DICOM

/// Makes short heads of the stego files of one study, for one session.
///
/// A head becomes the basis of others only once it has been sent (``sent(_:)``), so that nothing ever depends on what the receiver has not got.
public struct HeadShortener: Sendable {
    fileprivate struct Remembered: Sendable {
        let series: String
        let opened: [UInt8]
    }

    /// A head that was made short, and what to remember when it is sent.
    public struct Proposal: Sendable {
        public let head: ShortHead
        fileprivate let remembered: Remembered?
    }

    private let key: StudyKey
    private let seal: ShortHeadSeal
    private let compressor = HeaderCompressor()
    /// By place.
    private var places: [Int: Remembered] = [:]
    private var lastPlace = 0

    public init(key: StudyKey) {
        self.key = key
        seal = ShortHeadSeal(key)
    }

    /// Takes some milliseconds.
    ///
    /// - Parameters:
    ///   - stego: the whole file.
    ///   - digest: its SHA-256.
    /// - Returns: nil where the head is better sent as it is.
    public func proposal(for stego: [UInt8], digest: ContentDigest) -> Proposal? {
        guard
            let opened = OpenedHead(of: stego, key: key, compressor: compressor, maximumByteCount: ShortHead.maximumByteCount)?.encoded,
            opened.count <= ShortHead.maximumByteCount,
            let file = try? DICOMFile(bytes: stego, name: "")
        else { return nil }
        let byteCount = file.pixelDataRange?.lowerBound ?? stego.count
        let series = file.dataSet.string(.seriesInstanceUID) ?? ""
        let basis = places.first { $0.value.series == series }
        let place = basis == nil ? lastPlace % ShortHead.placeCount + 1 : 0
        let difference =
            if let basis { try? compressor.compress(opened, basis: basis.value.opened) } else { try? compressor.compress(opened) }
        guard let difference,
            let head = seal.seal(difference, of: digest, byteCount: byteCount, basis: basis?.key ?? 0, place: place),
            head.bytes.count < byteCount
        else { return nil }
        return Proposal(head: head, remembered: place == 0 ? nil : Remembered(series: series, opened: opened))
    }

    /// The session has sent it.
    public mutating func sent(_ proposal: Proposal) {
        guard let remembered = proposal.remembered else { return }
        places[proposal.head.place] = remembered
        lastPlace = proposal.head.place
    }
}

/// Makes heads whole again, for one study of one session.
public struct HeadRestorer: Sendable {
    private let key: StudyKey
    private let seal: ShortHeadSeal
    private let compressor = HeaderCompressor()
    /// Opened heads by place; at most 2 MiB.
    private var places: [Int: [UInt8]] = [:]

    public init(key: StudyKey) {
        self.key = key
        seal = ShortHeadSeal(key)
    }

    /// The bytes that a short head stands for. Takes some milliseconds.
    ///
    /// - Parameter digest: what the sender has said that the whole file's SHA-256 is. Whether it is true shows when the file is whole.
    /// - Throws: ``ShortHeadError``
    public mutating func restored(_ head: ShortHead, of digest: ContentDigest) throws(ShortHeadError) -> [UInt8] {
        guard (0...ShortHead.placeCount).contains(head.place), (1...ShortHead.maximumByteCount).contains(head.byteCount) else {
            throw ShortHeadError(description: "a short head beyond its limits")
        }
        let difference = try seal.open(head, of: digest)
        let (opened, bytes) = try made(of: difference, basis: head.basis)
        guard bytes.count == head.byteCount else {
            throw ShortHeadError(description: "a short head for \(bytes.count) bytes that is said to be for \(head.byteCount)")
        }
        if head.place > 0 { places[head.place] = opened }
        return bytes
    }

    private func made(of difference: [UInt8], basis: Int) throws(ShortHeadError) -> (opened: [UInt8], bytes: [UInt8]) {
        do {
            let opened: [UInt8]
            if basis == 0 {
                opened = try compressor.decompress(difference, maximumByteCount: ShortHead.maximumByteCount)
            } else {
                guard let known = places[basis] else { throw ShortHeadError(description: "a difference to a head that never came") }
                opened = try compressor.decompress(difference, basis: known, maximumByteCount: ShortHead.maximumByteCount)
            }
            return (opened, try OpenedHead(decoding: opened).sealed(by: key, compressor))
        } catch let error as ShortHeadError {
            throw error
        } catch {
            throw ShortHeadError(description: "a short head that makes no head: \(error)")
        }
    }
}
