import CommandLineSupport
import DICOM
import StegoKit

/// Reads the files that a person gave, once, and groups them into studies.
struct StudyScanner: Sendable {
    let pool: WorkerPool

    struct Findings: Sendable, Equatable {
        var studies: [StudyPlan] = []
        var rejected: [RejectedFile] = []
        var instanceCount: Int { studies.reduce(0) { $0 + $1.instances.count } }
        var byteCount: Int { studies.reduce(0) { $0 + $1.instances.reduce(0) { $0 + $1.byteCount } } }
    }

    private enum Finding: Sendable {
        case instance(PlannedInstance, studyUID: String)
        case rejected(RejectedFile)
    }

    /// Studies in the order of their first file; files in the order found.
    func scan(_ files: [FoundFile]) async throws -> Findings {
        var found: [String: Finding] = [:]
        try await pool.forEach(files) { file in (file.name, Self.examine(file)) } receive: { name, finding in
            found[name] = finding
        }
        return files.compactMap { found[$0.name] }.reduce(into: Findings()) { findings, finding in
            switch finding {
            case .rejected(let file): findings.rejected.append(file)
            case .instance(let instance, let studyUID):
                if let index = findings.studies.firstIndex(where: { $0.studyUID == studyUID }) {
                    findings.studies[index].instances.append(instance)
                } else {
                    findings.studies.append(StudyPlan(studyUID: studyUID, instances: [instance]))
                }
            }
        }
    }

    private static func examine(_ file: FoundFile) -> Finding {
        do {
            let bytes = try WholeFile.read(file.path)
            let dicom = try DICOMFile(bytes: bytes, name: file.name)
            let instance = PlannedInstance(
                path: file.path, name: file.name, byteCount: bytes.count, digest: InstanceDigest(of: bytes))
            return .instance(instance, studyUID: PublicHeader.studyIdentifier(of: dicom.dataSet))
        } catch let error as FileError {
            return .rejected(RejectedFile(name: file.name, cause: .unreadable, reason: error.description))
        } catch {
            return .rejected(RejectedFile(name: file.name, cause: .badData, reason: "\(error)"))
        }
    }
}
