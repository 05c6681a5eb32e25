import ArgumentParser
import Basics
import CommandLineSupport
import Files
import StegoKit

/// The treatment of text and faces in the pixels; for every command that seals.
package struct RedactionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What becomes of images whose pixels show text: redact, enclose or keep.",
            discussion: """
                redact, the default, fills the regions of text; the receiver puts back exactly what was there. enclose shows nothing of such \
                an image. keep shows it as it is. Text is found by what the header says and by looking, and anything like it goes.
                """, valueName: "what"))
    var burnedIn: RedactionPolicy.BurnedInText = .redact

    @Option(
        // A column may be negative, which looks like an option.
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A region to be filled in every image: column, row, width, height in samples; may be repeated.",
            discussion: "Also with --burned-in keep. Parts outside an image are cut off.", valueName: "x,y,w,h"),
        transform: Self.rectangle)
    var redact: [RedactionRectangle] = []

    @Option(
        help: ArgumentHelp(
            "Regions to be filled, by manufacturer, model and size, from a JSON file (docs/redaction.md).", valueName: "file"),
        completion: .file())
    var redactionRules: String?

    @Flag(
        help: ArgumentHelp(
            "Fill the face in slices of a head (CT, MR, PET).",
            discussion: """
                A head's slices, drawn as a surface, show a face. Each slice is filled from its anterior edge to behind the eyes; the receiver \
                puts back exactly what was there. Files grow, since much of each slice travels sealed.
                """))
    var deface = false

    package init() {}

    /// Reads the file of rules, if there is one.
    ///
    /// - Throws: `FileError`; `OperationFailure` for a file that cannot be understood.
    package func policy() throws -> RedactionPolicy {
        guard let redactionRules else { return RedactionPolicy(burnedIn, rectangles: redact, defaces: deface) }
        do {
            let rules = try RedactionRule.rules(json: WholeFile.read(redactionRules, limit: Self.largestFile))
            return RedactionPolicy(burnedIn, rectangles: redact, rules: rules, defaces: deface)
        } catch let error as RegionError {
            throw OperationFailure(.invalidRequest, "\(redactionRules): \(error)")
        }
    }

    private static let largestFile = 16 << 20

    @Sendable private static func rectangle(_ text: String) throws -> RedactionRectangle {
        do {
            return try RedactionRectangle(text)
        } catch {
            throw ValidationError(error.reason)
        }
    }
}

extension RedactionPolicy.BurnedInText: ExpressibleByArgument {}
