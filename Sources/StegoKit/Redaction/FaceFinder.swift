import DICOM
import TextDetection

/// Finds where a face is in a slice of a head, so that no surface of the volume shows one.
///
/// A slice knows its own header and samples, and no other slice. It is filled from its anterior edge to a straight line behind the eyes: 60 mm
/// behind the first tissue, in steps of 32 mm from the edge. A line that followed the skin would draw the face once more, and one that
/// followed the nose slice by slice its profile; the steps keep that to where a step falls. Where a slice does not say how it lies, or lies
/// so that the face is seen through it, all of it is filled.
struct FaceFinder {
    /// From the first tissue to behind the eyes, in mm. The nose is 20 to 30 mm before the eyes, whose sockets are 40 to 45 mm deep.
    private static let depth = 60.0
    /// The line's steps, in mm.
    private static let step = 32.0
    /// A part that is narrower along the edge, in mm, is taken for a tube, a wire or noise.
    private static let narrowest = 15.0
    /// Of the anterior direction within the plane: cos 45°.
    private static let leastComponent = 0.707
    /// Hounsfield units between air and skin.
    private static let airLimit = -300.0

    private static let modalities: Set<String> = ["CT", "MR", "PT"]
    private static let partsWithoutFace: Set<String> = [
        "ABDOMEN", "ABDOMENPELVIS", "ANKLE", "ARM", "BREAST", "CALF", "ELBOW", "EXTREMITY", "FEMUR", "FINGER", "FOOT", "FOREARM", "HAND",
        "HEART", "HIP", "HUMERUS", "KIDNEY", "KNEE", "LEG", "LIVER", "LSPINE", "PELVIS", "PROSTATE", "SHOULDER", "SSPINE", "THIGH", "TOE",
        "TSPINE", "UTERUS", "WRIST",
    ]

    /// The part of a slice that is to be filled.
    enum Finding: Equatable {
        case nothing
        case everything
        /// A rectangle of samples along the anterior edge.
        case edge(x: Int, y: Int, width: Int, height: Int)
    }

    /// Blocks while it computes; one pass over the samples and one over their histogram.
    static func find(in planes: SamplePlanes, _ description: PixelDescription, _ dataSet: DataSet) -> Finding {
        switch begin(description, dataSet) {
        case .found(let finding): return finding
        case .search(let search):
            let limit = search.limit ?? search.limit(of: search.histogram(of: planes))
            return search.finding(from: search.firstLine(of: planes, above: limit), planes.rows, planes.columns)
        }
    }

    /// The header's statements.
    enum Beginning {
        case found(Finding)
        /// The samples must be asked.
        case search(FaceSearch)
    }

    static func begin(_ description: PixelDescription, _ dataSet: DataSet) -> Beginning {
        guard modalities.contains(dataSet.string(.modality)?.uppercased() ?? "") else { return .found(.nothing) }
        let part = dataSet.string(.bodyPartExamined)?.uppercased() ?? ""
        guard !partsWithoutFace.contains(part) else { return .found(.nothing) }
        guard description.samplesPerPixel == 1, !dataSet.strings(.imageType).contains(where: { $0.uppercased() == "MOSAIC" }),
            let view = AnteriorView(dataSet, leastComponent: leastComponent)
        else { return .found(.everything) }
        let run = max(1, Int((narrowest / view.spacingAlongEdge).rounded()))
        return .search(FaceSearch(view: view, run: run, limit: airLevel(description, dataSet), levelCount: 1 << description.bitsStored))
    }

    /// The highest level that is taken for air by Hounsfield units; `nil` where there are none.
    private static func airLevel(_ description: PixelDescription, _ dataSet: DataSet) -> UInt16? {
        guard dataSet.string(.modality)?.uppercased() == "CT", let slope = dataSet.decimal(.rescaleSlope), slope > 0,
            let intercept = dataSet.decimal(.rescaleIntercept)
        else { return nil }
        let lowest = description.isSigned ? -Double(1 << (description.bitsStored - 1)) : 0
        let level = ((airLimit - intercept) / slope - lowest).rounded()
        return UInt16(min(max(level, 0), Double((1 << description.bitsStored) - 1)))
    }

    /// Behind so many lines from the edge the eyes end.
    fileprivate static func lines(from first: Int, _ spacing: Double) -> Int {
        let distance = Double(first) * spacing + depth
        return Int(((distance / step).rounded(.up) * step / spacing).rounded(.up))
    }

    /// The level that parts a histogram into two classes of the greatest variance between them.
    static func otsu(_ histogram: [Int]) -> Int {
        let total = Double(histogram.reduce(0, +))
        let sum = histogram.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) }
        var (count, partial, best, threshold) = (0.0, 0.0, -1.0, 0)
        for (level, samples) in histogram.enumerated() {
            count += Double(samples)
            partial += Double(level) * Double(samples)
            guard count > 0, count < total else { continue }
            let difference = partial / count - (sum - partial) / (total - count)
            let variance = count * (total - count) * difference * difference
            if variance > best { (best, threshold) = (variance, level) }
        }
        return threshold
    }
}

/// The question that the search for a face asks of an image's samples, all at once or frame by frame.
struct FaceSearch: Sendable {
    fileprivate let view: AnteriorView
    /// Neighbouring samples that make tissue.
    fileprivate let run: Int
    /// The highest level that is taken for air; `nil` where the histogram of all frames tells.
    let limit: UInt16?
    fileprivate let levelCount: Int

    /// How often each level occurs.
    func histogram(of planes: SamplePlanes) -> [Int] {
        var histogram = [Int](repeating: 0, count: levelCount)
        for plane in planes.planes { for level in plane { histogram[min(Int(level), levelCount - 1)] += 1 } }
        return histogram
    }

    /// Half of Otsu's threshold (1979), since skin and fat are darker than the rest.
    func limit(of histogram: [Int]) -> UInt16 { UInt16(truncatingIfNeeded: FaceFinder.otsu(histogram) / 2) }

    /// The first line from the edge with tissue in it; `nil` where there is none.
    func firstLine(of planes: SamplePlanes, above limit: UInt16) -> Int? {
        planes.planes.compactMap { view.firstLine(of: $0, planes.rows, planes.columns, atLeast: run) { $0 > limit } }.min()
    }

    /// - Parameter first: of all frames.
    func finding(from first: Int?, _ rows: Int, _ columns: Int) -> FaceFinder.Finding {
        guard let first else { return .nothing }
        return view.edge(ofLines: FaceFinder.lines(from: first, view.spacingAcross), rows: rows, columns: columns)
    }
}

/// A slice seen from its anterior edge: lines parallel to the edge, counted from it.
private struct AnteriorView {
    private let isAlongRows: Bool
    private let isReversed: Bool
    /// Between neighbouring lines, in mm.
    let spacingAcross: Double
    /// Between neighbouring samples of a line, in mm.
    let spacingAlongEdge: Double

    /// - Returns: `nil` where the header has no orientation or spacing (PS3.3 section C.7.6.2), or the anterior direction is not in the plane.
    init?(_ dataSet: DataSet, leastComponent: Double) {
        let sources = [dataSet] + (dataSet.planeGroups.first ?? [])
        func decimals(_ tag: Tag) -> [Double] { sources.lazy.map { $0.decimals(tag) }.first { !$0.isEmpty } ?? [] }
        let (orientation, spacing) = (decimals(.imageOrientationPatient), decimals(.pixelSpacing))
        guard orientation.count == 6, spacing.count == 2, spacing.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        // Toward larger columns, and toward larger rows; +y is posterior.
        let (acrossColumns, acrossRows) = (orientation[1], orientation[4])
        guard max(abs(acrossColumns), abs(acrossRows)) >= leastComponent else { return nil }
        isAlongRows = abs(acrossRows) >= abs(acrossColumns)
        isReversed = (isAlongRows ? acrossRows : acrossColumns) < 0
        (spacingAcross, spacingAlongEdge) = isAlongRows ? (spacing[0], spacing[1]) : (spacing[1], spacing[0])
    }

    /// The first line that has so many neighbouring samples of tissue.
    func firstLine(of plane: [UInt16], _ rows: Int, _ columns: Int, atLeast run: Int, isTissue: (UInt16) -> Bool) -> Int? {
        let (lines, length) = isAlongRows ? (rows, columns) : (columns, rows)
        let (lineStride, sampleStride) = isAlongRows ? (columns, 1) : (1, columns)
        return plane.withUnsafeBufferPointer { samples in
            (0..<lines).first { line in
                var index = (isReversed ? lines - 1 - line : line) * lineStride
                var current = 0
                for _ in 0..<length {
                    current = isTissue(samples[index]) ? current + 1 : 0
                    if current >= run { return true }
                    index += sampleStride
                }
                return false
            }
        }
    }

    /// So many lines from the anterior edge on.
    func edge(ofLines lines: Int, rows: Int, columns: Int) -> FaceFinder.Finding {
        if isAlongRows {
            let height = min(lines, rows)
            return .edge(x: 0, y: isReversed ? rows - height : 0, width: columns, height: height)
        }
        let width = min(lines, columns)
        return .edge(x: isReversed ? columns - width : 0, y: 0, width: width, height: rows)
    }
}
