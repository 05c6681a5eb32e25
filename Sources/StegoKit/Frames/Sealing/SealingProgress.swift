public import Basics
import DICOM

/// What an attempt to seal an image frame by frame tells of itself, so that a later one can go on where it was ended.
public struct SealingProgress: Codable, Sendable, Equatable {
    /// Digest of all that the frames depend on: the original, what is filled of it, how it is encoded.
    let work: [UInt8]
    /// Where the first fragment begins in the stego file.
    let start: Int
    /// Frames that carry a part of the record, which is sealed anew each time.
    let carriers: [Int]
    /// Frames that were taken over from an attempt before.
    let taken: Int

    /// - Parameters:
    ///   - original: its digest.
    ///   - filled: what is filled of it, as it is sealed; `nil` for nothing.
    static func work(
        on original: ContentDigest, filled: [UInt8]?, as syntax: TransferSyntax, _ effort: EncodingEffort
    ) -> [UInt8] {
        let basis = ContentDigest(of: original.bytes + (filled ?? []))
        return ContentDigest(of: basis.bytes + Array("\(syntax.uid) \(effort.rawValue)".utf8)).bytes
    }
}

/// Where an attempt keeps what a later one can go on with.
public struct SealingCheckpoint<Store: ByteStore> {
    /// What an earlier attempt told, and its stego file as far as it came.
    let earlier: (progress: SealingProgress, file: any ByteSource)?
    /// Called once the header and what was taken over are written: from here on the file is worth more than what was before.
    let begin: (SealingProgress, Store) throws -> Void

    public init(
        earlier: (progress: SealingProgress, file: any ByteSource)?, begin: @escaping (SealingProgress, Store) throws -> Void
    ) {
        self.earlier = earlier
        self.begin = begin
    }

    /// The same without what an earlier attempt has left.
    var anew: SealingCheckpoint { SealingCheckpoint(earlier: nil, begin: begin) }

    /// Whether an attempt got further than the one before it: then it ended for no fault of the file's.
    ///
    /// - Throws: what reading throws.
    public static func hasAdvanced(_ progress: SealingProgress, _ file: any ByteSource) throws -> Bool {
        try EarlierFrames(progress, file).count > progress.taken
    }
}

/// The frames that an earlier attempt has written whole.
struct EarlierFrames: Sendable {
    private let file: any ByteSource
    private let fragments: [Range<Int>]
    private let carriers: Set<Int>

    /// - Throws: what reading throws.
    init(_ progress: SealingProgress, _ file: any ByteSource) throws {
        self.file = file
        carriers = Set(progress.carriers)
        var (fragments, offset): ([Range<Int>], Int) = ([], progress.start)
        while let item = try EncapsulatedItem.value(in: file, at: offset) {
            fragments.append(item)
            offset = item.upperBound
        }
        self.fragments = fragments
    }

    var count: Int { fragments.count }

    /// - Returns: `nil` where it is not there, or carried something.
    func codestream(_ frame: Int) throws -> [UInt8]? {
        guard fragments.indices.contains(frame), !carriers.contains(frame) else { return nil }
        return try file.read(fragments[frame])
    }
}
