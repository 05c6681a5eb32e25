import DICOM
import Foundation
import MarkedImages
import Marks

/// A folder of one series' slices, stacked.
struct SeriesFolder {
    let name: String
    let stack: SliceStack
    /// Modality units to a stored sample: of computed tomography what the header says, of others as if they used 4096 values.
    let unitsToSample: Double
    /// Stored values that an 8-bit window shows: 160 units around 40 of computed tomography, all of others.
    let shown: ClosedRange<Double>

    /// - Throws: `ValidationError` for a folder without slices of one size that say where they are.
    init(_ path: String) throws {
        let folder = URL(filePath: path)
        name = folder.lastPathComponent
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).map(\.path)
        var slices: [(plane: SamplePlane, dataSet: DataSet)] = []
        for file in files.sorted() {
            let bytes = Array(try Data(contentsOf: URL(filePath: file)))
            guard let known = try? DICOMFile(bytes: bytes, name: file), known.dataSet.decimals(.imagePositionPatient).count == 3,
                let plane = try MarkSubject(bytes, name: file).frames.first?.carrier
            else { continue }
            slices.append((plane, known.dataSet))
        }
        guard let first = slices.first, let spacing = Self.spacing(first.dataSet),
            slices.allSatisfy({ ($0.plane.height, $0.plane.width) == (first.plane.height, first.plane.width) })
        else { throw SeriesFolderError(path: path) }
        let axes = first.dataSet.decimals(.imageOrientationPatient)
        guard axes.count == 6 else { throw SeriesFolderError(path: path) }
        let alongRow = SliceStack.Point(axes[0], axes[1], axes[2])
        let alongColumn = SliceStack.Point(axes[3], axes[4], axes[5])
        let unsorted = SliceStack(
            slices: slices.map(\.plane), positions: slices.map { Self.position($0.dataSet) }, alongRow: alongRow, alongColumn: alongColumn,
            spacing: spacing)
        let order = slices.indices.sorted {
            (unsorted.positions[$0] * unsorted.normal).sum() < (unsorted.positions[$1] * unsorted.normal).sum()
        }
        stack = SliceStack(
            slices: order.map { unsorted.slices[$0] }, positions: order.map { unsorted.positions[$0] }, alongRow: alongRow,
            alongColumn: alongColumn, spacing: spacing)
        let least = Double(slices.map { $0.plane.samples.min() ?? 0 }.min() ?? 0)
        let most = Double(slices.map { $0.plane.samples.max() ?? 0 }.max() ?? 0)
        if first.dataSet.string(.modality) == "CT" {
            let (slope, intercept) = (first.dataSet.decimal(.rescaleSlope) ?? 1, first.dataSet.decimal(.rescaleIntercept) ?? 0)
            unitsToSample = abs(slope)
            let (low, high) = ((-40 - intercept) / slope, (120 - intercept) / slope)
            shown = min(low, high)...max(low, high)
        } else {
            unitsToSample = 4096 / max(1, most - least)
            shown = least...max(least + 1, most)
        }
    }

    /// A slice through the window.
    func shades(_ plane: SamplePlane) throws -> SamplePlane {
        let slope = 255 / (shown.upperBound - shown.lowerBound)
        let shades = plane.samples.map { Int32(min(max((Double($0) - shown.lowerBound) * slope, 0), 255).rounded()) }
        return try SamplePlane(height: plane.height, width: plane.width, range: 0...255, samples: shades)
    }

    private static func position(_ dataSet: DataSet) -> SliceStack.Point {
        let numbers = dataSet.decimals(.imagePositionPatient)
        return SliceStack.Point(numbers[0], numbers[1], numbers[2])
    }

    private static func spacing(_ dataSet: DataSet) -> SampleSpacing? {
        let numbers = dataSet.decimals(.pixelSpacing)
        return numbers.count == 2 ? SampleSpacing(rows: numbers[0], columns: numbers[1]) : nil
    }
}

/// A folder that is no series of slices.
struct SeriesFolderError: Error, CustomStringConvertible {
    let path: String

    var description: String { "\(path): no slices of one size that say where they are; give a folder with the files of one series" }
}
