import CTextDetection

/// A version of the passes over planes, written for an instruction set. All give the same bits.
public enum DetectionKernel: String, CaseIterable, Sendable {
    case portable, avx2

    /// Whether this processor can run it.
    public var isSupported: Bool { CTextDetection_supports(identifier) }

    /// The fastest that this processor can run.
    public static let best: DetectionKernel = DetectionKernel.avx2.isSupported ? .avx2 : .portable

    var identifier: CTextDetection_kernel {
        switch self {
        case .portable: CTextDetection_portable
        case .avx2: CTextDetection_avx2
        }
    }
}

/// The planes that the passes work on, for images of one size: about 6 bytes a sample.
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
    /// Ridges of a strip of rows.
    let bright: UnsafeMutablePointer<Int16>
    let dark: UnsafeMutablePointer<Int16>
    /// Rows of a strip, whole blocks.
    let stripRows: Int
    /// Of the window rows of ridges, the sums of counts: 48 rows.
    let rowScratch: UnsafeMutablePointer<Int16>
    /// A value for each block of 16 × 16 samples.
    let noise: UnsafeMutablePointer<Int16>
    /// As many for each of the criteria.
    private let allThresholds: UnsafeMutablePointer<Int16>
    private let allSums: UnsafeMutablePointer<CTextDetection_cell>
    let histogram: UnsafeMutablePointer<UInt32>
    /// Blocks of the largest scale.
    private let blockCount: Int
    private let samples: UnsafeMutablePointer<Int16>

    /// Samples of a strip's plane of ridges, so that two of them stay in a core's own cache.
    private static let stripSize = 1 << 16

    /// - Parameters:
    ///   - width, height: at least 1 each.
    ///   - criteriaCount: the most that look at one scale.
    init(width: Int, height: Int, criteriaCount: Int) {
        self.width = width
        self.height = height
        let stride = CTextDetection_stride(width)
        blockCount = (width + 15) / 16 * ((height + 15) / 16)
        stripRows = min((height + 15) / 16, max(1, Self.stripSize / stride / 16)) * 16
        let margin = Int(CTextDetection_margin)
        // The image and its steepness at full and at half resolution (a quartered one fits where the full one was), two strips of ridges with
        // margins, the rows of scratch, noise and thresholds, one behind the other.
        let planeSizes = [
            CTextDetection_plane_size(width, height), CTextDetection_plane_size((width + 1) / 2, (height + 1) / 2),
            CTextDetection_plane_size(width, height), CTextDetection_plane_size((width + 1) / 2, (height + 1) / 2),
            CTextDetection_plane_size(width, stripRows), CTextDetection_plane_size(width, stripRows),
        ]
        let sampleCount = planeSizes.reduce(0, +) + 48 * stride + (1 + criteriaCount) * blockCount
        // Zeros, since margins are read before they are written.
        samples = CTextDetection_zeros(sampleCount)
        var next = samples
        func take(_ count: Int) -> UnsafeMutablePointer<Int16> {
            defer { next += count }
            return next
        }
        let halfStride = CTextDetection_stride((width + 1) / 2)
        image = take(planeSizes[0]) + margin * stride + margin
        nextImage = take(planeSizes[1]) + margin * halfStride + margin
        steepness = take(planeSizes[2]) + margin * stride + margin
        nextSteepness = take(planeSizes[3]) + margin * halfStride + margin
        bright = take(planeSizes[4]) + margin * stride + margin
        dark = take(planeSizes[5]) + margin * stride + margin
        rowScratch = take(48 * stride)
        noise = take(blockCount)
        allThresholds = take(criteriaCount * blockCount)
        // Four cells a block, light and dark.
        allSums = .allocate(capacity: 8 * criteriaCount * blockCount)
        histogram = .allocate(capacity: 16384)
    }

    deinit {
        CTextDetection_release(samples)
        allSums.deallocate()
        histogram.deallocate()
    }

    func thresholds(ofCriteria number: Int) -> UnsafeMutablePointer<Int16> { allThresholds + number * blockCount }

    func sums(ofCriteria number: Int, isDark: Bool) -> UnsafeMutablePointer<CTextDetection_cell> {
        allSums + (2 * number + (isDark ? 1 : 0)) * 4 * blockCount
    }

    /// Makes the next scale the current one.
    func descend() {
        swap(&image, &nextImage)
        swap(&steepness, &nextSteepness)
    }
}

/// The smallest and the largest level that each sample has in the frames that were looked at: what stays the same over all of them stands
/// out, and moving anatomy hides less of it. The order of the frames does not matter.
public struct FrameExtremes: Sendable {
    /// A plane a colour; none before the first frame.
    public private(set) var smallest: [[UInt16]] = []
    public private(set) var largest: [[UInt16]] = []

    public init() {}

    /// - Parameter planes: of one frame, all frames alike in number and size; others are left out.
    public mutating func add(_ planes: some Collection<[UInt16]>) {
        guard !smallest.isEmpty else {
            smallest = Array(planes)
            largest = smallest
            return
        }
        guard planes.count == smallest.count else { return }
        for (colour, plane) in planes.enumerated() where plane.count == smallest[colour].count {
            CTextDetection_project(plane, plane.count, &smallest[colour], &largest[colour])
        }
    }
}
