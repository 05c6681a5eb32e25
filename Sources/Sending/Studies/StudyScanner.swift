import Basics
import Concurrency
import DICOM
import Files
import Protocol
import StegoKit

/// Reads the files that a person gave, once, and groups them into studies.
package struct StudyScanner: Sendable {
    package let pool: WorkerPool

    package init(pool: WorkerPool) {
        self.pool = pool
    }

    package struct Findings: Sendable, Equatable {
        package var studies: [StudyPlan] = []
        package var rejected: [RejectedFile] = []
    }

    /// Studies in the order of their first file; files in the order found.
    package func scan(_ files: [FoundFile]) async throws -> Findings {
        var examined: [Result<ExaminedFile, RejectedFile>?] = Array(repeating: nil, count: files.count)
        try await pool.forEach(files.enumerated()) { index, file in
            (index, Result { () throws(RejectedFile) in try Self.examine(file) })
        } receive: { index, result in
            examined[index] = result
        }
        return Self.findings(examined.compactMap(\.self))
    }

    private static func findings(_ examined: [Result<ExaminedFile, RejectedFile>]) -> Findings {
        var findings = Findings()
        var indices: [String: Int] = [:]
        for result in examined {
            switch result {
            case .failure(let file): findings.rejected.append(file)
            case .success(let file):
                if let index = indices[file.studyUID] {
                    findings.studies[index].instances.append(file.instance)
                } else {
                    indices[file.studyUID] = findings.studies.count
                    findings.studies.append(
                        StudyPlan(studyUID: file.studyUID, instances: [file.instance], subject: file.subject, headerOrder: file.headerOrder)
                    )
                }
            }
        }
        // A structure set may be filed under a study of its own.
        let annotations = findings.studies.flatMap(\.instances).filter(\.isAnnotation).map(\.path)
        for index in findings.studies.indices { findings.studies[index].annotationFiles = annotations }
        return findings
    }

    /// Reads one file; runs on a worker thread.
    package static func examine(_ file: FoundFile) throws(RejectedFile) -> ExaminedFile {
        func rejected(_ cause: RejectedFile.Cause, _ reason: String) -> RejectedFile {
            RejectedFile(name: file.name, cause: cause, reason: reason)
        }
        if let obstacle = file.obstacle { throw rejected(.unreadable, obstacle) }
        var bytes: [UInt8] = []
        do {
            let content = try Content(file)
            bytes = content.bytes
            let dicom = try content.parsed ?? DICOMFile(bytes: bytes, name: file.name)
            guard !ForeignFile.isDirectory(dicom) else {
                throw rejected(
                    file.isGiven ? .badData : .foreign, "it is a disc's directory and belongs to no study; give the disc's folder")
            }
            let entry = try ManifestEntry(
                path: file.name, byteCount: UInt64(content.byteCount), digest: try content.digest ?? ContentDigest(of: bytes))
            let instance = PlannedInstance(path: file.path, entry: entry, isAnnotation: RegionAnnotations.areIn(dicom.dataSet))
            return ExaminedFile(
                instance: instance, studyUID: PublicHeader.studyIdentifier(of: dicom.dataSet), subject: StudySubject(dicom.dataSet, file),
                headerOrder: HeaderOrder(dicom.dataSet), doubt: FileDoubt(about: dicom, end: try content.end))
        } catch let error as FileError {
            throw rejected(.unreadable, error.reason)
        } catch let error as RejectedFile {
            throw error
        } catch let error as DICOMError {
            throw rejected(!file.isGiven && ForeignFile.isForeign(bytes, name: file.name) ? .foreign : .badData, error.reason)
        } catch let error as ProtocolError {
            throw rejected(.badData, error.reason)
        } catch {
            throw rejected(.badData, "\(error)")
        }
    }

    /// What is looked at of one file: all of its bytes, or of a large image only what surrounds its pixels.
    private struct Content {
        /// None where the file was ``parsed``.
        let bytes: [UInt8]
        let parsed: DICOMFile?
        let byteCount: Int
        private let source: FileSource?

        init(_ file: FoundFile) throws {
            if let source = try? FileSource(file.path), source.byteCount >= InstanceSealer.leastFramedByteCount,
                let framed = try FramedFile(source, name: file.name)
            {
                (bytes, parsed, byteCount) = ([], framed.file, source.byteCount)
                self.source = source
            } else {
                bytes = try WholeFile.read(file.path)
                (parsed, byteCount, source) = (nil, bytes.count, nil)
            }
        }

        /// SHA-256 of a file whose bytes are not in memory.
        var digest: ContentDigest? {
            get throws(FileError) { try source?.digest() }
        }

        /// The last bytes, as many as ``FileDoubt`` looks at.
        var end: [UInt8] {
            get throws(FileError) {
                let count = min(FileDoubt.zeros, byteCount)
                return try source?.read(byteCount - count..<byteCount) ?? bytes.suffix(count)
            }
        }
    }
}
