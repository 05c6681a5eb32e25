import ArgumentParser
import Basics
import CommandLineSupport
import MarkedImages

/// What `verify` ends with.
enum VerifyExit {
    /// EX_NOINPUT of sysexits(3): there is nothing to judge by.
    private static let nothingToJudge = ExitCode(66)

    /// - Returns: `nil` where everything is intact.
    static func code(_ files: [FileVerification], _ series: [SeriesVerification], _ failures: [FailureKind]) -> ExitCode? {
        if let failure = failures.map({ ExitStatus($0) }).max() { return failure.exitCode }
        let fine: Set<FileVerification.Verdict> = [.intact, .notMarked, .unknownIssuer]
        if files.contains(where: { !fine.contains($0.verdict) }) || series.contains(where: { $0.isBroken }) {
            return ExitStatus.badData.exitCode
        }
        if files.contains(where: { $0.verdict == .unknownIssuer }) { return ExitStatus.notTrusted.exitCode }
        return files.contains { $0.verdict == .notMarked } ? nothingToJudge : nil
    }

    /// - Returns: `nil` where nothing differs that could be seen.
    static func code(_ comparisons: [InstanceComparison], _ failures: [FailureKind]) -> ExitCode? {
        if let failure = failures.map({ ExitStatus($0) }).max() { return failure.exitCode }
        let open: Set<InstanceComparison.Verdict> = [.identical, .same, .alike, .notAssessable]
        if comparisons.contains(where: { !open.contains($0.verdict) }) { return ExitStatus.badData.exitCode }
        if comparisons.contains(where: { if let judgement = $0.judgement { !judgement.isBelieved } else { false } }) {
            return ExitStatus.notTrusted.exitCode
        }
        return comparisons.contains { $0.verdict == .notAssessable } ? nothingToJudge : nil
    }
}
