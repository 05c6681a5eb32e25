import Basics
import Concurrency
import DICOM
import Files
import Protocol
import StegoKit

/// One file that is to be sent.
package struct PlannedInstance: Sendable, Equatable {
    /// Where the file is.
    package let path: String
    /// The entry by which the receiver knows it beforehand: its name, size and digest.
    let entry: ManifestEntry
    /// Whether it is a segmentation or a structure set, which says what is of interest in other files.
    var isAnnotation = false

    /// The file's path below the folder that was given, with "/" between the parts.
    package var name: String { entry.path }
}

/// The files of one study, in the order in which they are sent.
package struct StudyPlan: Sendable, Equatable {
    /// The original StudyInstanceUID, or what stands for it where the files have none (``PublicHeader/studyIdentifier(of:)``).
    package let studyUID: String
    package var instances: [PlannedInstance]
    /// Paths of the segmentations and structure sets that may belong to its images: all that were found together with it.
    package var annotationFiles: [String] = []
    /// For the people of this side.
    package var subject: StudySubject?
    /// The order as its first file states it.
    package var headerOrder: HeaderOrder?
}

/// A file that cannot be sent, and why.
package struct RejectedFile: Error, Sendable, Equatable {
    package enum Cause: Sendable, Equatable {
        /// Not DICOM although it was named or looks like it, or damaged.
        case badData
        /// A file that only lies beside the images: a viewer and its help on a disc, a letter, the disc's directory.
        case foreign
        /// It cannot be read.
        case unreadable
    }

    package let name: String
    package let cause: Cause
    /// Without the file's name or path.
    package let reason: String
}

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

    /// The part of one file that is looked at: all of its bytes, or of a large image only what surrounds its pixels.
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
                return try source?.read(byteCount - count..<byteCount) ?? Array(bytes[(byteCount - count)...])
            }
        }
    }
}
