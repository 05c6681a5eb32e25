import ArgumentParser
import Basics
import CommandLineSupport
import Files
import Sending
import StegoKit

/// The region of the images that stays as it is; for every command that hides something.
package struct RegionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Which samples may change: roni, all but the region of interest, or everywhere.",
            discussion:
                "By default roni with the methods \(SealingOptions.sparingMethodNames), and with the others when a region is given.",
            valueName: "region"))
    package var region: RegionPolicy.Scope?

    @Option(
        // A column may be negative, which looks like an option.
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A region of interest in every image: column, row, width, height in samples; may be repeated.",
            discussion: "Parts outside an image are cut off. Without it the region is taken from --roi-source.", valueName: "x,y,w,h"),
        transform: Self.rectangle)
    var roi: [RegionShape] = []

    @Option(
        help: ArgumentHelp("Regions of interest from a JSON file with rectangles and polygons (docs/regions.md).", valueName: "file"),
        completion: .file())
    var roiFile: String?

    @Option(
        help: ArgumentHelp(
            "Where the region comes from: dicom, anatomy, or auto.",
            discussion: """
                dicom takes structure sets and segmentations among the files, overlays and the regions of ultrasound; anatomy finds the \
                part that is not background; auto, the default, finds the anatomy where there is nothing in DICOM.
                """, valueName: "source"))
    var roiSource: RegionPolicy.Source?

    private var givesShapes: Bool { !roi.isEmpty || roiFile != nil }

    package init() {}

    package func validate() throws {
        if region == .everywhere, givesShapes || roiSource != nil {
            throw ValidationError("--region everywhere leaves no region; omit --roi, --roi-file and --roi-source")
        }
        if givesShapes, roiSource != nil {
            throw ValidationError("--roi and --roi-file say what the region is; omit --roi-source")
        }
    }

    /// Reads the file of regions, if there is one.
    ///
    /// - Throws: `FileError`; `OperationFailure` for a file that cannot be understood.
    package func choices() throws -> RegionChoices {
        var shapes = RegionShapes()
        if let roiFile {
            do {
                shapes = try RegionShapes(json: WholeFile.read(roiFile, limit: Self.largestFile))
            } catch let error as RegionError {
                throw OperationFailure(.invalidRequest, "\(roiFile): \(error)")
            }
        }
        shapes.everyImage += roi
        // Whoever says what the region is wants it left alone.
        let scope = region ?? (givesShapes || roiSource != nil ? .regionOfNonInterest : nil)
        return RegionChoices(scope: scope, source: roiSource, shapes: shapes)
    }

    private static let largestFile = 64 << 20

    @Sendable private static func rectangle(_ text: String) throws -> RegionShape {
        do {
            return try RegionShape(rectangle: text)
        } catch {
            throw ValidationError(error.reason)
        }
    }
}

extension RegionPolicy.Scope: ExpressibleByArgument {}
extension RegionPolicy.Source: ExpressibleByArgument {}
