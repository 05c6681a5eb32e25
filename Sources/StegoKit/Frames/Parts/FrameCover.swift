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

/// Frames with something hidden in them.
struct FrameEmbedding: Sendable {
    /// The stego levels of the frames that carry; all others are as they were.
    var frames: [Int: SamplePlanes] = [:]
    /// Of those frames.
    var quality: [QualityReport] = []
    var payloadByteCount = 0
    /// What undoes the embedding of each part, in their order; empty for a reversible method.
    var restorations: [[UInt8]] = []

    /// As the sealed element holds it: one behind the other, counted.
    var restoration: [UInt8]? { restorations.isEmpty ? nil : restorations.flatMap { ByteWriter.counted($0) } }
}
