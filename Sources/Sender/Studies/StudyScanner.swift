import CommandLineSupport
import DICOM
import Protocol
import StegoKit

/// Reads the files that a person gave, once, and groups them into studies.
struct StudyScanner: Sendable {
    let pool: WorkerPool

    struct Findings: Sendable, Equatable {
        var studies: [StudyPlan] = []
        var rejected: [RejectedFile] = []
    }

    private struct Candidate: Sendable {
        let instance: PlannedInstance
        let studyUID: String
    }

    /// Finds the files at `paths` and tells the reporter how many there are and which are unfit.
    ///
    /// - Returns: The studies among them; none when all files are unfit.
    /// - Throws: `FileError` for a path or folder that cannot be read; `CommandFailure` when there are no files at all.
    func studies(at paths: [String], _ reporter: SenderReporter) async throws -> [StudyPlan] {
        let files = try await pool.run { try FileFinder.files(below: paths) }
        guard !files.isEmpty else { throw CommandFailure(.badData, "there are no files at \(paths.joined(separator: ", "))") }
        reporter.expect(files.count)
        let findings = try await scan(files)
        for file in findings.rejected { reporter.report(file) }
        return findings.studies
    }

    /// Studies in the order of their first file; files in the order found.
    func scan(_ files: [FoundFile]) async throws -> Findings {
        var examined: [Result<Candidate, RejectedFile>?] = Array(repeating: nil, count: files.count)
        try await pool.forEach(files.enumerated()) { index, file in
            (index, Result { () throws(RejectedFile) in try Self.candidate(file) })
        } receive: { index, result in
            examined[index] = result
        }
        return Self.findings(examined.compactMap(\.self))
    }

    private static func findings(_ examined: [Result<Candidate, RejectedFile>]) -> Findings {
        var findings = Findings()
        var indices: [String: Int] = [:]
        for result in examined {
            switch result {
            case .failure(let file): findings.rejected.append(file)
            case .success(let candidate):
                if let index = indices[candidate.studyUID] {
                    findings.studies[index].instances.append(candidate.instance)
                } else {
                    indices[candidate.studyUID] = findings.studies.count
                    findings.studies.append(StudyPlan(studyUID: candidate.studyUID, instances: [candidate.instance]))
                }
            }
        }
        // A structure set may be filed under a study of its own.
        let annotations = findings.studies.flatMap(\.instances).filter(\.isAnnotation).map(\.path)
        for index in findings.studies.indices { findings.studies[index].annotationFiles = annotations }
        return findings
    }

    private static func candidate(_ file: FoundFile) throws(RejectedFile) -> Candidate {
        let (instance, studyUID) = try examine(file)
        return Candidate(instance: instance, studyUID: studyUID)
    }

    /// Reads one file; runs on a worker thread.
    ///
    /// - Returns: what the manifest says of it, and its original StudyInstanceUID.
    static func examine(_ file: FoundFile) throws(RejectedFile) -> (PlannedInstance, studyUID: String) {
        func rejected(_ cause: RejectedFile.Cause, _ reason: String) -> RejectedFile {
            RejectedFile(name: file.name, cause: cause, reason: reason)
        }
        if let obstacle = file.obstacle { throw rejected(.unreadable, obstacle) }
        do {
            let bytes = try WholeFile.read(file.path)
            let dicom = try DICOMFile(bytes: bytes, name: file.name)
            let entry = try ManifestEntry(path: file.name, byteCount: UInt64(bytes.count), digest: ContentDigest(of: bytes))
            let instance = PlannedInstance(path: file.path, entry: entry, isAnnotation: RegionAnnotations.areIn(dicom.dataSet))
            return (instance, PublicHeader.studyIdentifier(of: dicom.dataSet))
        } catch let error as FileError {
            throw rejected(.unreadable, error.reason)
        } catch let error as DICOMError {
            throw rejected(.badData, error.reason)
        } catch let error as ProtocolError {
            throw rejected(.badData, error.reason)
        } catch {
            throw rejected(.badData, "\(error)")
        }
    }
}
