import Basics
import CommandLineSupport
import Concurrency
import DICOM
import Evaluation
import Files
import Sending
import StegoKit

/// Evaluates files on worker threads: first every image by itself, then the detectors over all of them.
///
/// In memory at once: an image and one stego version of it for each worker, and the features of all blocks.
package struct EvaluationRun: Sendable {
    package let plan: EvaluationPlan
    package let region: RegionPolicy
    /// Whether pictures of one image are made.
    package let isIllustrated: Bool
    package let pool: WorkerPool
    package let progress: ProgressLine
    package let reporter: EvaluationReporter

    package init(
        plan: EvaluationPlan, region: RegionPolicy, isIllustrated: Bool, pool: WorkerPool, progress: ProgressLine,
        reporter: EvaluationReporter
    ) {
        self.plan = plan
        self.region = region
        self.isIllustrated = isIllustrated
        self.pool = pool
        self.progress = progress
        self.reporter = reporter
    }

    private enum Evaluated: Sendable {
        case result(SubjectResult, Lineage)
        case skipped(file: String, reason: String)
    }

    package func results(of files: [FoundFile]) async throws -> EvaluationResults {
        var subjects: [(SubjectResult, Lineage)] = []
        var skipped: [String: Int] = [:]
        var done = 0
        let evaluator = SubjectEvaluator(plan)
        try await pool.forEach(files.enumerated()) { [region] index, file in
            Self.evaluate(file, number: index + 1, region, evaluator)
        } receive: { evaluated in
            done += 1
            progress.update(done: done, of: files.count, activity: "images")
            switch evaluated {
            case .result(let result, let lineage): subjects.append((result, lineage))
            case .skipped(let file, let reason):
                skipped[reason, default: 0] += 1
                reporter.skipped(file, because: reason)
            }
        }
        guard !subjects.isEmpty else {
            throw OperationFailure(.badData, "none of the \(files.count) files is an image that can be evaluated")
        }
        var results = EvaluationResults(plan: plan, subjects: subjects, skipped: skipped)
        results.detections = try await detections(in: results)
        results.illustration = try await illustration(of: results, files)
        progress.clear()
        return results
    }

    private static func evaluate(_ file: FoundFile, number: Int, _ region: RegionPolicy, _ evaluator: SubjectEvaluator) -> Evaluated {
        do {
            let subject = try subject(file, number, region)
            return .result(try evaluator.evaluate(subject), Lineage(of: subject.dataSet))
        } catch let error as UnfitSubject {
            return .skipped(file: file.name, reason: error.description)
        } catch let error as DICOMError {
            return .skipped(file: file.name, reason: error.reason)
        } catch let error as FileError {
            return .skipped(file: file.name, reason: error.reason)
        } catch let error as StegoError {
            return .skipped(file: file.name, reason: error.reason)
        } catch {
            return .skipped(file: file.name, reason: "\(error)")
        }
    }

    /// An image; some frames of a large one.
    private static func subject(_ file: FoundFile, _ number: Int, _ region: RegionPolicy) throws -> Subject {
        let source = try FileSource(file.path)
        if try InstanceSealer.isLarge(source, name: file.name), let framed = try FramedFile(source, name: file.name), framed.frameCount > 1
        {
            return try Subject(of: framed, number: number, region: region)
        }
        return try Subject(of: DICOMFile(bytes: WholeFile.read(file.path), name: file.name), number: number, region: region)
    }

    /// Of the image in the middle, which rarely is the emptiest.
    private func illustration(of results: EvaluationResults, _ files: [FoundFile]) async throws -> Illustration? {
        let numbers = results.subjects.map(\.facts.number)
        guard isIllustrated, !numbers.isEmpty else { return nil }
        let number = numbers[numbers.count / 2]
        return try await pool.run { [plan, region] in
            let file = files[number - 1]
            return try SubjectEvaluator(plan).illustrate(Self.subject(file, number, region))
        }
    }

    private struct Job: Sendable {
        let task: Int
        let split: Int
    }

    private func detections(in results: EvaluationResults) async throws -> [Detection] {
        let tasks = results.detectionTasks
        let jobs = tasks.indices.flatMap { task in (0..<plan.splits).map { Job(task: task, split: $0) } }
        var outcomes: [[DetectionExperiment.Outcome?]] = Array(repeating: Array(repeating: nil, count: plan.splits), count: tasks.count)
        var counts: [(pairs: Int, images: Int)] = Array(repeating: (0, 0), count: tasks.count)
        var done = 0
        try await pool.forEach(jobs) { job in
            let pairs = results.pairs(for: tasks[job.task])
            let outcome = pairs.flatMap { DetectionExperiment.run($0, split: job.split, seed: plan.seed) }
            return (job, outcome, pairs.map { ($0.count, Set($0.images).count) } ?? (0, 0))
        } receive: { (job: Job, outcome: DetectionExperiment.Outcome?, size: (Int, Int)) in
            outcomes[job.task][job.split] = outcome
            counts[job.task] = size
            done += 1
            progress.update(done: done, of: jobs.count, activity: "detectors")
        }
        return tasks.indices.compactMap { index in
            Detection(
                tasks[index], pairCount: counts[index].pairs, imageCount: counts[index].images, outcomes: outcomes[index].compactMap(\.self)
            )
        }
    }
}

/// The samples that an evaluation leaves alone.
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
