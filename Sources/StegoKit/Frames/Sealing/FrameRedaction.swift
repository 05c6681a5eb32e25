import TextDetection

extension RedactionCoding {
    /// Samples under a mask beyond which frames are not redacted one by one: what is hidden of all of them is held in memory.
    static let mostHiddenBytes = 64 << 20

    /// The byte form of a redaction of an image that is read frame by frame; the same as ``encode(_:of:colours:)`` gives of all frames.
    ///
    /// - Parameter samples: the original's, without the redaction.
    /// - Returns: `nil` where too much would be hidden.
    /// - Throws: what decoding throws; `CompressionError`.
    static func encode(_ redaction: Redaction, of samples: FrameSamples) throws -> [UInt8]? {
        let (frames, colours) = (samples.original.frameCount, samples.description.samplesPerPixel)
        let bits = samples.description.bitsStored
        let hidden = SampleRuns(of: redaction.mask).count * colours * frames * (bits > 8 ? 2 : 1)
        guard hidden <= mostHiddenBytes else { return nil }
        let trialFrames = min(frames, (max(trialPlanes, 2 * colours) + colours - 1) / colours)
        let trial = try (0..<trialFrames).flatMap { try samples.levels(of: samples.native($0)).planes.planes }
        let prediction = try bestPrediction(redaction.mask, trial[...], frames: frames, colours, bits: bits)
        let coder = HiddenSamples(under: redaction.mask, colours: colours, bits: bits, prediction)
        var (low, high): ([UInt8], [UInt8]) = ([], [])
        var before: [[UInt16]] = []
        try FramePool.shared.inOrder(frames) {
            try samples.levels(of: samples.native($0)).planes.planes
        } receive: { _, planes in
            let residuals = coder.residuals(of: (before + planes)[...], from: before.count)
            low += residuals.map { UInt8(truncatingIfNeeded: $0) }
            if bits > 8 { high += residuals.map { UInt8(truncatingIfNeeded: $0 >> 8) } }
            before = planes
        }
        return try encode(redaction, prediction, low + high)
    }

    /// What was filled in the frames of an image, to be put back one frame behind the other.
    struct FrameRestorer {
        private let samples: HiddenSamples
        private let residuals: ArraySlice<UInt8>
        private let bits: Int
        private let countPerFrame: Int
        private let frames: Int
        private var frame = 0
        private var before: [[UInt16]] = []

        /// - Parameters:
        ///   - planes: those of one frame.
        ///   - frames: of the image.
        /// - Throws: ``StegoError`` `malformedRecord`.
        init(_ coded: [UInt8], planes: SamplePlanes, frames: Int) throws {
            let colours = planes.planes.count
            let content = try RedactionCoding.fitting {
                try RedactionCoding.content(of: coded, planes, sampleCount: planes.sampleCount * frames)
            }
            samples = HiddenSamples(under: content.mask, colours: colours, bits: planes.bitsStored, content.prediction)
            residuals = content.residuals
            bits = planes.bitsStored
            countPerFrame = SampleRuns(of: content.mask).count * colours
            self.frames = frames
            guard residuals.count == countPerFrame * frames * (bits > 8 ? 2 : 1) else {
                throw StegoError(.malformedRecord, "What was redacted was opened but does not fit the image.")
            }
        }

        /// Puts back what was filled in the next frame.
        mutating func restore(_ planes: inout SamplePlanes) {
            let first = residuals.startIndex + frame * countPerFrame
            let high = first + frames * countPerFrame
            let own = (0..<countPerFrame).map { index in
                UInt16(residuals[first + index]) | (bits > 8 ? UInt16(residuals[high + index]) << 8 : 0)
            }
            var both = before + planes.planes
            _ = samples.restore(own, to: &both, from: before.count)
            planes.planes = Array(both[before.count...])
            before = planes.planes
            frame += 1
        }
    }
}
