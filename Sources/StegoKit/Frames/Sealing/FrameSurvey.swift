import Basics
import Crypto
import DICOM
import TextDetection

/// What has to be known of all frames of an original before the first of them can be written: found out in one pass.
struct FrameSurvey {
    /// Of the whole file.
    let digest: ContentDigest
    /// Of the native samples of all frames.
    let pixelDigest: ContentDigest
    /// What fills the bits above the samples; `nil` where it is nothing simple.
    let unusedBits: UnusedBits?
    /// The smallest and the largest level of the image.
    let levels: ClosedRange<UInt16>
    /// What looks like text.
    let text: CellMask
    /// What makes the original's pixel value of its frames encoded again; `nil` where it is native.
    let edits: ByteEdits?

    /// Codestreams that differ in more than this from what the stego file holds are not carried by frames.
    static let mostEdits = 32 << 20

    /// What one frame tells.
    private struct Findings: Sendable {
        let native: [UInt8]
        let fills: UnusedBitFills
        let levels: ClosedRange<UInt16>
        let text: CellMask?
        /// As they are looked at; empty where nothing looks.
        let shown: [[UInt16]]
        let stretches: FrameEditing.Stretches?
        /// Encoded ahead.
        let codestream: [UInt8]?
    }

    /// - Parameters:
    ///   - policy: what is to be looked for in the samples.
    ///   - ahead: takes frames that are encoded on the way; `nil` for none.
    ///   - comesBack: whether the original is to come back from its frames; otherwise they are looked at for what they show.
    /// - Returns: `nil` for originals whose samples or codestreams do not come back from frames alone, but are to.
    /// - Throws: ``StegoError`` `.identifying`; what reading and decoding throw.
    init?(
        of samples: FrameSamples, _ original: Original, policy: RedactionPolicy,
        ahead: (encoder: FrameAheadEncoder, receive: ([UInt8]?) throws -> Void)? = nil, comesBack: Bool = true
    ) throws {
        let framed = samples.original
        let look = FrameLook(samples.description, framed, policy: policy)
        var (file, pixelHash) = (RunningDigest(of: framed.source), SHA256())
        var fills = UnusedBitFills.all
        var levels: ClosedRange<UInt16>?
        var text = CellMask(imageRows: samples.description.rows, imageColumns: samples.description.columns)
        var extremes = FrameExtremes()
        var editing = framed.isEncapsulated && comesBack ? FrameEditing(of: framed, hasTable: false) : nil

        do {
            try FramePool.shared.inOrder(framed.frameCount) { [editing, encoder = ahead?.encoder] frame in
                try Self.findings(frame, samples, original.scan, look, editing, encoder)
            } receive: { frame, found in
                try file.take(upTo: framed.end(of: frame))
                pixelHash.update(data: found.native)
                fills.formIntersection(found.fills)
                levels =
                    levels.map { min($0.lowerBound, found.levels.lowerBound)...max($0.upperBound, found.levels.upperBound) } ?? found.levels
                if let own = found.text {
                    text.formUnion(own)
                    // A single frame has been looked at.
                    if framed.frameCount > 1 { extremes.add(found.shown) }
                }
                guard !fills.isEmpty || !comesBack else { throw NotByFrames() }
                try ahead?.receive(found.codestream)
                if editing != nil {
                    guard let stretches = found.stretches else { throw NotByFrames() }
                    editing?.add(stretches)
                }
            }
        } catch is NotByFrames {
            return nil
        }
        if let look, framed.frameCount > 1 { text.formUnion(look.mask(of: extremes)) }
        if editing != nil {
            guard let found = try editing?.finish(limit: Self.mostEdits) else { return nil }
            edits = found
        } else {
            edits = nil
        }
        digest = try file.finished()
        pixelDigest = ContentDigest(pixelHash.finalize())
        unusedBits = fills.contains(.zero) ? .zero : fills.contains(.signExtension) ? .signExtension : nil
        self.levels = levels ?? 0...0
        self.text = text
    }

    /// The frames alone do not bring the original back.
    private struct NotByFrames: Error {}

    private static func findings(
        _ frame: Int, _ samples: FrameSamples, _ scan: IdentityScan?, _ look: FrameLook?, _ editing: FrameEditing?,
        _ encoder: FrameAheadEncoder?
    ) throws -> Findings {
        let native = try samples.native(frame)
        let total = native.count * samples.original.frameCount
        try Original.requireNothingIdentifying(native, samples.description, by: scan, of: total)
        let (planes, fills) = try samples.levels(of: native)
        var stretches: FrameEditing.Stretches?
        if let editing {
            let again = try PixelCodec.encodeFrame(native, samples.description, as: samples.original.file.transferSyntax)
            stretches = try editing.stretches(again.codestream, ofFrame: frame)
        }
        let shown = look?.shown(planes) ?? []
        return Findings(
            native: native, fills: fills, levels: planes.usedLevels, text: look?.mask(ofFrame: shown), shown: shown, stretches: stretches,
            codestream: try encoder?.codestream(frame, native, planes, fills))
    }
}

/// The digest of a file that is taken while its frames are gone over, so that what was just read is still at hand.
struct RunningDigest {
    private let source: any ByteSource
    private var hash = SHA256()
    private var end = 0

    init(of source: any ByteSource) { self.source = source }

    mutating func take(upTo end: Int) throws {
        guard end > self.end else { return }
        try source.forEachBlock(of: self.end..<end) { hash.update(data: $0) }
        self.end = end
    }

    /// Of the whole file.
    mutating func finished() throws -> ContentDigest {
        try take(upTo: source.byteCount)
        return ContentDigest(hash.finalize())
    }
}

/// How the frames of an image are looked at for text.
struct FrameLook: Sendable {
    private let detector: TextDetector
    private let colours: ShownColours
    private let rows: Int
    private let columns: Int
    private let bitsStored: Int

    /// - Parameter description: of one frame.
    /// - Returns: `nil` where nothing is looked at.
    init?(_ description: PixelDescription, _ framed: FramedFile, policy: RedactionPolicy) {
        guard policy.isActive,
            let profile = RedactionFinder(policy: policy).profile(description, framed.file.dataSet, framed.file.transferSyntax)
        else { return nil }
        detector = TextDetector(profile: profile)
        colours = ShownColours(description, framed.file.dataSet)
        (rows, columns) = (description.rows, description.columns)
        bitsStored = colours.bitsStored(description.bitsStored)
    }

    func shown(_ planes: SamplePlanes) -> [[UInt16]] { colours.planes(of: planes).planes }

    func mask(ofFrame shown: [[UInt16]]) -> CellMask {
        detector.mask(ofFrame: shown, rows: rows, columns: columns, bitsStored: bitsStored)
    }

    func mask(of extremes: FrameExtremes) -> CellMask {
        detector.mask(of: extremes, rows: rows, columns: columns, bitsStored: bitsStored)
    }
}
