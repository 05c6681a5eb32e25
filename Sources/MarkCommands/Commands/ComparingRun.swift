import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Files
import MarkedImages
import Marks

/// Compares files with another version of them: `verify --against`.
struct ComparingRun {
    let comparer: FileComparer
    let reporter: ComparisonReporter
    /// `nil` for no report.
    let report: String?

    /// - Returns: what the program ends with; `nil` where nothing differs.
    func run(_ paths: [String], against references: [String]) async throws -> ExitCode? {
        let pool = WorkerPool(label: "veilray.compare")
        var failures: [FailureKind] = []
        let files = try await keys(paths, pool, &failures)
        let others = try await keys(references, pool, &failures)
        var comparisons: [InstanceComparison] = []
        func note(_ comparison: InstanceComparison) {
            comparisons.append(comparison)
            reporter.compared(comparison)
        }
        var both: [(VersionKey, VersionKey)] = []
        for pair in VersionKey.pairs(files, with: others) {
            switch pair {
            case (let file?, let reference?): both.append((file, reference))
            case (let file?, nil): note(.unpaired(file, isMissing: false))
            case (nil, let reference?): note(.unpaired(reference, isMissing: true))
            case (nil, nil): break
            }
        }
        try await pool.forEach(both) { [comparer] file, reference in
            FileOutcome(file.name) {
                try comparer.compare(
                    try WholeFile.read(file.path), path: file.path, name: file.name, with: try WholeFile.read(reference.path),
                    name: reference.name)
            }
        } receive: { outcome in
            switch outcome {
            case .done(let comparison): note(comparison)
            case .failed(let failure):
                failures.append(failure.kind)
                reporter.failed(failure)
            }
        }
        if let report {
            try await pool.run { [comparisons] in try ComparisonReport(comparisons).write(to: report) }
            reporter.wrote(report)
        }
        return VerifyExit.code(comparisons, failures)
    }

    private func keys(_ paths: [String], _ pool: WorkerPool, _ failures: inout [FailureKind]) async throws -> [VersionKey] {
        let files = try await pool.run { try FileFinder.files(below: paths) }
        guard !files.isEmpty else { throw OperationFailure(.badData, "there are no files at \(paths.joined(separator: ", "))") }
        var (keys, failed) = ([VersionKey](), [FailedFile]())
        try await pool.forEach(files) { file in
            FileOutcome(file.name) { try VersionKey(try WholeFile.read(file.path), path: file.path, name: file.name) }
        } receive: { outcome in
            switch outcome {
            case .done(let key): keys.append(key)
            case .failed(let failure): failed.append(failure)
            }
        }
        for failure in failed { reporter.failed(failure) }
        failures += failed.map(\.kind)
        return keys.sorted { $0.name < $1.name }
    }
}

/// The outcome for one file.
enum FileOutcome<Value: Sendable>: Sendable {
    case done(Value)
    case failed(FailedFile)

    init(_ name: String, _ work: () throws -> Value) {
        do { self = .done(try work()) } catch { self = .failed(FailedFile(name, error)) }
    }
}
