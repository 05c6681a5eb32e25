import Basics
import Files

extension StudyScanner {
    /// Finds the files at `paths` and tells the observer how many there are and which are unfit. What only lies beside the images is
    /// counted, unless it was named itself.
    ///
    /// - Returns: The studies among them; none when all files are unfit.
    /// - Throws: `FileError` for a path or folder that cannot be read; `OperationFailure` when there are no files at all.
    package func studies(at paths: [String], _ observer: any SenderObserver) async throws -> [StudyPlan] {
        let files = try await pool.run { try FileFinder.files(below: paths) }
        guard !files.isEmpty else { throw OperationFailure(.badData, "there are no files at \(paths.joined(separator: ", "))") }
        let findings = try await scan(files)
        let foreign = findings.rejected.filter { $0.cause == .foreign }
        observer.observe(.expected(files: files.count - foreign.count))
        observer.observe(.passedOver(foreign))
        for file in findings.rejected where file.cause != .foreign { observer.observe(.rejected(file)) }
        guard foreign.count < files.count else {
            throw OperationFailure(.badData, "there are no DICOM files at \(paths.joined(separator: ", "))")
        }
        return findings.studies
    }
}
