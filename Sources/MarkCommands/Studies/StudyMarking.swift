import Basics
import Concurrency
import Files
import Foundation
import MarkedImages
import Marks
public import Protocol

/// Marks the files of studies that have arrived, into a folder of their own: what leaves a receiver for archives and discs.
///
/// May be asked again for the same study, as after a crash: a copy that is there already is kept.
public struct StudyMarking: Sendable {
    /// The outcome for a study's files.
    public struct Outcome: Sendable {
        /// Where the marked copies are.
        public internal(set) var copies: [String] = []
        /// Files that took no mark, and why not.
        public internal(set) var unmarked: [(file: String, reason: String)] = []
    }

    /// Where marked copies go.
    public let folder: String
    /// Below which the originals are; copies have the same paths below `folder`.
    private let originals: String
    private let issuer: MarkIssuer
    private let pool = WorkerPool(label: "veilray.mark")

    /// - Throws: `OperationFailure` for an identity that cannot sign marks.
    public init(identity: Identity, folder: String, originals: String) throws {
        issuer = try MarkParties.issuer(identity)
        (self.folder, self.originals) = (folder, originals)
    }

    /// Marks files; each copy's chain of custody says that this side has received it.
    ///
    /// - Throws: for what may succeed later: a full disk, a folder that is away.
    public func mark(_ paths: [String]) async throws -> Outcome {
        var outcome = Outcome()
        var failures: [FailedFile] = []
        let missing = try await pool.run { try paths.filter { try copy(of: $0) == nil } }
        // All of the study, so that a mark names the whole series.
        let files = missing.isEmpty ? [] : paths.map { FoundFile(path: $0, name: $0) }
        let marker = FileMarker(
            issuer: issuer, time: UInt64(max(0, Timestamp.now / 1000)), startPoint: .unknown, operation: .received)
        try await SeriesMarking(marker: marker, pool: pool).run(files) { file in
            try MarkSubject(try WholeFile.read(file.path), name: file.name)
        } publish: { file, marked in
            try publish(marked, of: file.path)
        } receive: { result in
            switch result {
            case .done: break
            case .failed(let failure): failures.append(failure)
            }
        }
        if let passing = failures.first(where: { $0.kind != .badData && $0.kind != .invalidRequest }) {
            throw OperationFailure(passing.kind, "\(passing.file): \(passing.reason)")
        }
        outcome.unmarked = failures.map { ($0.file, $0.reason) }
        outcome.copies = try await pool.run { try paths.compactMap { try copy(of: $0) } }
        return outcome
    }

    /// The marked copy of a file; `nil` where there is none.
    ///
    /// - Throws: `FileError` where one of the two cannot be read.
    public func copy(of path: String) throws -> String? {
        let digest = FileUnmarker.originalDigest(of: try WholeFile.read(path), name: path)
        return try places(of: path, digest).first { place in
            guard FileManager.default.fileExists(atPath: place) else { return false }
            return FileUnmarker.isCopy(try WholeFile.read(place), of: digest)
        }
    }

    private func publish(_ marked: FileMarker.Marked, of path: String) throws {
        let digest = FileUnmarker.originalDigest(of: try WholeFile.read(path), name: path)
        for place in places(of: path, digest) {
            try AtomicFile.makeDirectories(AtomicFile.parent(of: place))
            if try AtomicFile.publish(marked.bytes, as: place) != .occupied { return }
            if FileUnmarker.isCopy(try WholeFile.read(place), of: digest) { return }
        }
        throw OperationFailure(.badData, "\(path): other files have the names that its marked copy could have")
    }

    /// The original's path; or, where another file has that, with the first digits of the original's digest.
    private func places(of path: String, _ digest: ContentDigest) -> [String] {
        let relative = path.hasPrefix(originals + "/") ? String(path.dropFirst(originals.count + 1)) : (path as NSString).lastPathComponent
        let own = "\(folder)/\(relative)"
        return [own, FileName.adding(String(digest.description.prefix(12)), to: own)]
    }
}
