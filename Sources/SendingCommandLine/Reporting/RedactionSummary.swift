import Foundation
import Sending

/// How many images had regions filled, in one line for people, and the warning about those that were left as they are.
struct RedactionSummary: Sendable {
    private var imageCount = 0
    private var regionCount = 0
    /// Of the images' shares.
    private var sum = 0.0
    private var hasWarned = false

    mutating func add(_ instance: SenderEvent.Instance) {
        guard let share = instance.redactedShare else { return }
        imageCount += 1
        regionCount += instance.redactedRegions ?? 0
        sum += share
    }

    /// `nil` where nothing was filled.
    var line: String? {
        guard imageCount > 0 else { return nil }
        let images = imageCount == 1 ? "1 image" : "\(imageCount) images"
        let regions = regionCount == 1 ? "1 region" : "\(regionCount) regions"
        return "Filled for the journey: \(regions) of \(images), "
            + String(format: "%.1f %% of each on average; restored exactly.", sum / Double(imageCount) * 100)
    }

    /// What a person is told of the first image that probably shows text and is sent as it is; `nil` for the others.
    mutating func warning(for instance: SenderEvent.Instance) -> String? {
        guard instance.probablyShowsText == true, !hasWarned else { return nil }
        hasWarned = true
        return "\(instance.name): its pixels probably show text, a name perhaps, and are shown as they are (--burned-in keep)"
    }
}
