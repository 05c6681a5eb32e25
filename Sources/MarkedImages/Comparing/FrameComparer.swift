import DICOM
import Marks

/// Compares the frames of a file with those of another version: exactly where samples have partners, by what can be seen where not.
struct FrameComparer {
    /// A larger share of changed samples that shows nothing is what coding and noise do, and no edit.
    private static let mostEdited = 0.2

    /// The images as they are without their marks, as far as these can be taken off.
    let images: [MarkImage]
    let content: FileContent
    /// Whether the file says that its samples were coded with loss since.
    let isLossy: Bool

    /// With a frame of another file.
    func compare(_ frame: Int, with original: MarkImage, _ originalContent: FileContent) throws -> InstanceComparison.Frame {
        let reference = try originalContent.images([original], units: originalContent.units)[0]
        let record = try ContentRecord(of: reference, windows: originalContent.windows)
        let image = try content.images([images[frame]], units: content.units(for: record, frame: images[frame]))[0]
        let comparison = try ImageComparison(image, with: reference, record: record)
        let seen = comparison.content
        guard let changed = comparison.changedSamples else {
            return Self.frame(frame, Self.verdict(seen), nil, nil, seen, seen.differences, isExact: false)
        }
        if changed == 0 { return Self.frame(frame, .same, 0, 0, seen, [], isExact: true) }
        let share = Double(changed) / Double(images[frame].planes.count * images[frame].height * images[frame].width)
        if isLossy || share > Self.mostEdited && seen.verdict != .differs {
            return Self.frame(frame, Self.verdict(seen), changed, comparison.largestChange, seen, seen.differences, isExact: false)
        }
        return Self.frame(frame, .differs, changed, comparison.largestChange, seen, comparison.changes, isExact: true)
    }

    /// With what a mark has signed of a frame.
    ///
    /// - Parameter record: `nil` where the mark has none.
    func compare(
        _ frame: Int, with carried: StrictReader.Carried, _ body: MarkBody, _ record: ContentRecord?, _ directory: IssuerDirectory
    ) throws -> InstanceComparison.Frame {
        let image = images[frame]
        if body.binding.layout.hasBlocks, image.digest(carried.identifier) == body.imageDigest {
            return Self.frame(frame, .same, 0, 0, nil, [], isExact: true)
        }
        let seen = try record.map { record in
            let shown = try content.images([image], units: content.units(for: record, frame: image))[0]
            return try ContentComparison.compare(shown, with: record)
        }
        let cells = isLossy ? [] : StrictReader(directory).cells(of: image, carried)
        let share = Double(cells.reduce(0) { $0 + $1.count }) / Double(image.height * image.width)
        guard cells.isEmpty || share > Self.mostEdited && seen.map({ $0.verdict != .differs }) ?? false else {
            return Self.frame(frame, .differs, nil, nil, seen, seen?.differences ?? [], isExact: false, cells: cells)
        }
        guard let seen else {
            return Self.frame(frame, .notAssessable, nil, nil, nil, [], isExact: false, obstacle: "the mark has no content record")
        }
        return Self.frame(frame, Self.verdict(seen), nil, nil, seen, seen.differences, isExact: false)
    }

    private static func verdict(_ report: ContentReport) -> InstanceComparison.PixelVerdict {
        switch report.verdict {
        case .same: .alike
        case .differs: .differs
        case .notAssessable: .notAssessable
        }
    }

    private static func frame(
        _ number: Int, _ verdict: InstanceComparison.PixelVerdict, _ changed: Int?, _ largest: Double?, _ seen: ContentReport?,
        _ differences: [ContentDifference], isExact: Bool, cells: [BlockArea] = [], obstacle: String? = nil
    ) -> InstanceComparison.Frame {
        var reason = obstacle
        if verdict == .notAssessable, case .notAssessable(let found) = seen?.verdict { reason = found.reason }
        return InstanceComparison.Frame(
            number: number, verdict: verdict, changedSamples: changed, largestChange: largest, unit: seen?.unit ?? "",
            differences: differences, isExact: isExact, cells: cells, content: seen, obstacle: reason)
    }
}

extension StrictReader {
    fileprivate init(_ directory: IssuerDirectory) { self.init(directory: directory) }

    /// The cells in which an image without a mark differs from a signed list; none where nothing is as it was signed, or the sizes differ.
    fileprivate func cells(of image: MarkImage, _ carried: Carried) -> [BlockArea] {
        let reading = read(image, carried: carried)
        return reading.verdict == .unreadable || reading.identifier != carried.identifier ? [] : reading.cells
    }
}
