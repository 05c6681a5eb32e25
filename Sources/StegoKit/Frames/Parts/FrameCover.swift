import DICOM

/// The frames of an image in which something is to be hidden.
struct FrameCover: Sendable {
    let frameCount: Int
    /// What must stay as it is in every frame; `nil` where every sample may change.
    let region: FoundRegion?
    /// The levels of one frame.
    let frame: @Sendable (_ index: Int) throws -> SamplePlanes

    init(frameCount: Int, region: FoundRegion?, frame: @escaping @Sendable (_ index: Int) throws -> SamplePlanes) {
        self.frameCount = frameCount
        self.region = region
        self.frame = frame
    }

    /// - Parameters:
    ///   - planes: of all frames.
    ///   - colours: planes of a frame.
    init(_ planes: SamplePlanes, colours: Int, region: FoundRegion?) {
        self.init(frameCount: planes.planes.count / max(1, colours), region: region) { planes.frame($0, colours: colours) }
    }
}

extension SamplePlanes {
    /// Frames of at least so many samples each carry by themselves or not at all.
    private static let smallFrame = 1 << 16

    /// All frames of an image as the planes of a single one: how small frames carry what no frame of them holds.
    ///
    /// - Parameter frame: the planes of one frame.
    /// - Returns: `nil` for frames that are not small, and for more samples than carry together.
    /// - Throws: what reading frames throws.
    static func joining(_ frameCount: Int, _ frame: (_ index: Int) throws -> SamplePlanes) throws -> SamplePlanes? {
        guard frameCount > 1 else { return nil }
        var joined = try frame(0)
        guard joined.sampleCount < smallFrame, joined.sampleCount * frameCount <= CarrierPlanes.maximumSampleCount else { return nil }
        for index in 1..<frameCount { joined.planes += try frame(index).planes }
        return joined
    }
}

/// Frames with something hidden in them.
struct FrameEmbedding: Sendable {
    /// Whether there is no other frame, so that nothing is counted.
    var isOfOneFrame = false
    /// The stego levels of the frames that carry; all others are as they were.
    var frames: [Int: SamplePlanes] = [:]
    /// Of those frames.
    var quality: [QualityReport] = []
    var payloadByteCount = 0
    /// What undoes the embedding of each part, in their order; empty for a reversible method.
    var restorations: [[UInt8]] = []

    /// As the sealed element holds it: one behind the other, counted where the image has several frames.
    var restoration: [UInt8]? {
        guard !restorations.isEmpty else { return nil }
        return isOfOneFrame ? restorations[0] : restorations.flatMap { ByteWriter.counted($0) }
    }
}
