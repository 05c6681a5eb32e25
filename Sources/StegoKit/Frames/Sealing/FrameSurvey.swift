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
    let unusedBits: UnusedBits
    /// The smallest and the largest level of the image.
    let levels: ClosedRange<UInt16>
    /// What looks like text.
    let text: CellMask
    /// What makes the original's pixel value of its frames encoded again; `nil` where it is native.
    let edits: ByteEdits?

    /// Codestreams that differ in more than this from what encoding gives are not carried by frames.
    private static let mostEdits = 32 << 20

    /// What one frame tells.
    private struct Findings: Sendable {
        let native: [UInt8]
        let fills: UnusedBitFills
        let levels: ClosedRange<UInt16>
        let text: CellMask?
        /// As they are looked at; empty where nothing looks.
        let shown: [[UInt16]]
        let stretches: FrameEditing.Stretches?
    }

    /// - Parameter policy: what is to be looked for in the samples.
    /// - Returns: `nil` for originals whose samples or codestreams do not come back from frames alone.
    /// - Throws: ``StegoError`` `.identifying`; what reading and decoding throw.
    init?(of samples: FrameSamples, _ original: Original, policy: RedactionPolicy) throws {
        let framed = samples.original
        let look = FrameLook(samples.description, framed, policy: policy)
        var (hash, pixelHash, hashed) = (SHA256(), SHA256(), 0)
        var fills = UnusedBitFills.all
        var levels: ClosedRange<UInt16>?
        var text = CellMask(imageRows: samples.description.rows, imageColumns: samples.description.columns)
        var extremes = FrameExtremes()
        var editing = framed.isEncapsulated ? FrameEditing(of: framed) : nil

        func take(upTo end: Int) throws {
            try framed.source.forEachBlock(of: hashed..<end) { hash.update(data: $0) }
            hashed = end
        }
        do {
            try FramePool.shared.inOrder(framed.frameCount) { [editing] frame in
                try Self.findings(frame, samples, original.scan, look, editing)
            } receive: { frame, found in
                try take(upTo: framed.end(of: frame))
                pixelHash.update(data: found.native)
                fills.formIntersection(found.fills)
                levels =
                    levels.map { min($0.lowerBound, found.levels.lowerBound)...max($0.upperBound, found.levels.upperBound) } ?? found.levels
                if let own = found.text {
                    text.formUnion(own)
                    extremes.add(found.shown)
                }
                guard !fills.isEmpty else { throw NotByFrames() }
                if editing != nil {
                    guard let stretches = found.stretches else { throw NotByFrames() }
                    editing?.add(stretches)
                }
            }
        } catch is NotByFrames {
            return nil
        }
        try take(upTo: framed.source.byteCount)
        if let look { text.formUnion(look.mask(of: extremes)) }
        if editing != nil {
            guard let found = try editing?.finish(limit: Self.mostEdits) else { return nil }
            edits = found
        } else {
            edits = nil
        }
        digest = ContentDigest(hash.finalize())
        pixelDigest = ContentDigest(pixelHash.finalize())
        unusedBits = fills.contains(.zero) ? .zero : .signExtension
        self.levels = levels ?? 0...0
        self.text = text
    }

    /// The frames alone do not bring the original back.
    private struct NotByFrames: Error {}

    private static func findings(
        _ frame: Int, _ samples: FrameSamples, _ scan: IdentityScan?, _ look: FrameLook?, _ editing: FrameEditing?
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
            native: native, fills: fills, levels: planes.usedLevels, text: look?.mask(ofFrame: shown), shown: shown, stretches: stretches)
    }
}

/// How the frames of an image are looked at for text.
private struct FrameLook: Sendable {
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
