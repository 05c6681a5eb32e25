import CTextDetection

/// The planes that the passes work on, for images of one size: about 14 bytes a sample.
///
/// A class so that it alone owns and frees the memory; it is used by one call of ``TextDetector`` and never shared.
final class DetectionWorkspace {
    let width: Int
    let height: Int
    /// The image of the current scale, that of the next one, and the steepness of both.
    private(set) var image: UnsafeMutablePointer<Int16>
    private(set) var nextImage: UnsafeMutablePointer<Int16>
    private(set) var steepness: UnsafeMutablePointer<Int16>
    private(set) var nextSteepness: UnsafeMutablePointer<Int16>
    let bright: UnsafeMutablePointer<Int16>
    let dark: UnsafeMutablePointer<Int16>
    /// Of the window rows of ridges, the sums of counts: 48 rows.
    let rowScratch: UnsafeMutablePointer<Int16>
    /// A value for each block of 16 × 16 samples.
    let noise: UnsafeMutablePointer<Int16>
    let thresholds: UnsafeMutablePointer<Int16>
    let ridgeCounts: UnsafeMutablePointer<UInt8>
    let strokeCounts: UnsafeMutablePointer<UInt8>
    let histogram: UnsafeMutablePointer<UInt32>
    /// Blocks of the largest scale.
    let blockCount: Int
    private let samples: UnsafeMutablePointer<Int16>
    private let counts: UnsafeMutablePointer<UInt8>

    /// - Parameters: at least 1 each.
    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        let stride = CTextDetection_stride(width)
        let planeSize = CTextDetection_plane_size(width, height)
        blockCount = (width + 15) / 16 * ((height + 15) / 16)
        let margin = Int(CTextDetection_margin)
        // Six planes, the rows of scratch, noise and thresholds, one behind the other. Zeros, since margins are read before they are written.
        let sampleCount = 6 * planeSize + 48 * stride + 2 * blockCount
        samples = .allocate(capacity: sampleCount)
        samples.initialize(repeating: 0, count: sampleCount)
        let planes = (0..<6).map { [samples] in samples + $0 * planeSize + margin * stride + margin }
        (image, nextImage, steepness, nextSteepness, bright, dark) = (planes[0], planes[1], planes[2], planes[3], planes[4], planes[5])
        rowScratch = samples + 6 * planeSize
        noise = rowScratch + 48 * stride
        thresholds = noise + blockCount
        // Four cells a block, of two kinds.
        counts = .allocate(capacity: 8 * blockCount)
        counts.initialize(repeating: 0, count: 8 * blockCount)
        ridgeCounts = counts
        strokeCounts = counts + 4 * blockCount
        histogram = .allocate(capacity: 16384)
    }

    deinit {
        samples.deallocate()
        counts.deallocate()
        histogram.deallocate()
    }

    /// Makes the next scale the current one.
    func descend() {
        swap(&image, &nextImage)
        swap(&steepness, &nextSteepness)
    }
}
