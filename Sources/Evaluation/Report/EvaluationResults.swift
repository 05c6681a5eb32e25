import StegoKit

/// Everything that an evaluation found out, from which the report is written.
public struct EvaluationResults: Sendable {
    public let plan: EvaluationPlan
    /// In the order of their numbers.
    public let subjects: [SubjectResult]
    public let grouping: Grouping
    /// Files that took no part, by reason.
    public let skipped: [String: Int]
    public var detections: [Detection] = []
    /// Of one of the images; `nil` for a report without pictures.
    public var illustration: Illustration?

    /// - Parameter subjects: with their lineages, in any order.
    public init(plan: EvaluationPlan, subjects: [(result: SubjectResult, lineage: Lineage)], skipped: [String: Int]) {
        let sorted = subjects.sorted { $0.result.facts.number < $1.result.facts.number }
        self.plan = plan
        self.subjects = sorted.map(\.result)
        grouping = Grouping(of: sorted.map(\.lineage))
        self.skipped = skipped
    }

    /// The tasks that detectors can be trained on: everything that was embedded in two groups or more, and guessing for comparison.
    public var detectionTasks: [DetectionTask] {
        guard plan.splits > 0, grouping.groupCount > 1 else { return [] }
        let tasks = plan.trials.flatMap { trial in plan.featureSets.map { DetectionTask(trial: trial, features: $0) } }
        let chances = plan.featureSets.compactMap { set in
            plan.trials.first.map { DetectionTask(trial: $0, features: set, isChance: true) }
        }
        return chances + tasks
    }

    /// The pairs of a task: the blocks of all images that hold its payload.
    ///
    /// - Returns: `nil` when there are none.
    public func pairs(for task: DetectionTask) -> FeaturePairs? {
        var cover = FeatureRows(featureCount: task.features.featureCount)
        var stego = cover
        var groups: [Int] = []
        var images: [Int] = []
        for (index, subject) in subjects.enumerated() {
            guard let before = subject.coverFeatures[task.features], let after = subject.stegoFeatures[task.trial]?[task.features] else {
                continue
            }
            cover.append(contentsOf: before)
            stego.append(contentsOf: after)
            groups += Array(repeating: grouping.groups[index], count: before.rowCount)
            images += Array(repeating: index, count: before.rowCount)
        }
        guard !groups.isEmpty, let pairs = FeaturePairs(cover: cover, stego: stego, groups: groups, images: images) else { return nil }
        return task.isChance ? pairs.exchangedAtRandom(seed: plan.seed) : pairs
    }

    public var measurements: [Measurement] { subjects.flatMap(\.measurements) }
    public var unfit: [UnfitTrial] { subjects.flatMap(\.unfit) }

    /// Means over the images; `nil` for a trial that fitted none.
    public func summary(of trial: Trial) -> TrialSummary? {
        TrialSummary(trial, measurements.filter { $0.trial == trial })
    }

    public func detection(of trial: Trial, by features: FeatureSet) -> Detection? {
        detections.first { $0.subject == DetectionTask(trial: trial, features: features) }
    }

    /// The result of the same procedure where there is nothing to learn.
    public func chance(of features: FeatureSet) -> Detection? {
        detections.first { $0.subject.isChance && $0.subject.features == features }
    }

    /// The harshest verdict of all detectors.
    public func verdict(on trial: Trial) -> Verdict {
        let order: [Verdict] = [.unknown, .atChance, .weak, .detectable, .plain]
        let verdicts = plan.featureSets.flatMap { set -> [Verdict] in
            let (found, chance) = (detection(of: trial, by: set), chance(of: set))
            return [
                Verdict(of: found?.blockError, chance: chance?.blockError), Verdict(of: found?.imageError, chance: chance?.imageError),
            ]
        }
        return verdicts.max { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) } ?? .unknown
    }
}
