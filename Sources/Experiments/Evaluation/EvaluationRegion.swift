import CommandLineSupport
import Concurrency
import Files
import Sending
import StegoKit

/// Which samples an evaluation leaves alone.
package struct EvaluationRegion: Sendable {
    /// Figures of whole images compare with each other, whatever the method: unlike a study, an evaluation has no region of its own.
    private static let standard = RegionPolicy.Scope.everywhere

    private let choices: RegionChoices

    /// - Parameter choices: where they ask for a region and do not say which, it is the anatomy.
    package init(_ choices: RegionChoices) {
        var choices = choices
        if choices.shapes == RegionShapes() { choices.source = choices.source ?? .anatomy }
        self.choices = choices
    }

    /// The policy, with the segmentations and structure sets among the files where these count.
    package func policy(for files: [FoundFile], _ pool: WorkerPool) async throws -> RegionPolicy {
        var choices = choices
        if choices.heedsAnnotations(standard: Self.standard) {
            choices.annotationFiles = try await StudyScanner(pool: pool).scan(files).studies.first?.annotationFiles ?? []
        }
        return try await pool.run { [choices] in choices.policy(standard: Self.standard) }
    }

    /// For the report; `nil` where every sample may change.
    package var description: String? {
        guard choices.scope ?? Self.standard == .regionOfNonInterest else { return nil }
        return "only samples outside \(region) may change"
    }

    private var region: String {
        guard choices.shapes == RegionShapes() else { return "the regions that were given" }
        return switch choices.source ?? .automatic {
        case .anatomy: "the anatomy"
        case .annotations: "the regions that DICOM objects name"
        case .automatic: "the regions that DICOM objects name, or else the anatomy,"
        }
    }
}
