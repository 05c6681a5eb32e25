import Basics
import Concurrency
import Files
import MarkedImages
import Marks

/// `mark`: marks what is found at paths, and tells of it.
struct MarkingRun {
    let marker: FileMarker
    /// `nil` for strict marks alone.
    var volumes: VolumeMarking?
    let into: String
    /// Where records go that travel without the image; `nil` for none.
    var records: String?
    let reporter: MarkReporter

    /// - Returns: the worst failure; `nil` where every file was marked.
    func run(_ paths: [String]) async throws -> FailureKind? {
        let pool = WorkerPool(label: "veilray.mark")
        let files = try await pool.run { try FileFinder.files(below: paths) }
        guard !files.isEmpty else { throw OperationFailure(.badData, "there are no files at \(paths.joined(separator: ", "))") }
        var failures: [FailureKind] = []
        func note(_ failure: FailedFile) {
            failures.append(failure.kind)
            reporter.failed(failure)
        }
        let prepared = try await volumes?.prepare(files, pool, note)
        try await SeriesMarking(marker: marker, pool: pool).run(prepared.map { volumes in files.filter(volumes.has) } ?? files) { file in
            let subject = try MarkSubject(try WholeFile.read(file.path), name: file.name)
            return try prepared?.marked(subject, file) ?? subject
        } publish: { [into, records] file, marked in
            let path = into + "/" + file.name
            try Self.publish(marked.bytes, as: path)
            if let records { try Self.publish(marked.record.bytes, as: "\(records)/\(file.name).\(TravellingRecord.nameExtension)") }
            return MarkedFile(file: file.name, path: path, marked)
        } receive: { outcome in
            switch outcome {
            case .done(let file): reporter.marked(file)
            case .failed(let failure): note(failure)
            }
        }
        reporter.finish(files.count - failures.count, of: files.count, into: into)
        return failures.max { ExitOrder.of($0) < ExitOrder.of($1) }
    }

    private static func publish(_ bytes: [UInt8], as path: String) throws {
        guard try AtomicFile.publish(bytes, as: path) != .occupied else {
            throw OperationFailure(.fileAccess, "\(path): another file is there already; it is kept. Choose another folder")
        }
    }
}
