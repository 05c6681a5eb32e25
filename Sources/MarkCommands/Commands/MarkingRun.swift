import Basics
import Concurrency
import Files
import MarkedImages
import Marks

/// Marks files in two passes: first the digests of all images, so that each mark can name the whole series, then the marks.
struct MarkingRun {
    let marker: FileMarker
    let into: String
    let reporter: MarkReporter

    /// What the first pass leaves of a file: its bytes are read again in the second.
    private struct Noted: Sendable {
        let file: FoundFile
        let series: String
        let place: SeriesPlace
        let images: [SeriesManifest.Image]
    }

    private enum Outcome<Value: Sendable>: Sendable {
        case done(Value)
        case failed(FailedFile)
    }

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
        var series: [String: [Noted]] = [:]
        try await pool.forEach(files) { file in
            Self.outcome(file) {
                let subject = try MarkSubject(try WholeFile.read(file.path), name: file.name)
                return Noted(file: file, series: subject.series, place: subject.place, images: subject.images)
            }
        } receive: { outcome in
            switch outcome {
            case .done(let noted): series[noted.series, default: []].append(noted)
            case .failed(let failure): note(failure)
            }
        }
        for name in series.keys.sorted() {
            let members = (series[name] ?? []).sorted { ($0.place, $0.file.name) < ($1.place, $1.file.name) }
            let manifest = try SeriesManifest(members.flatMap(\.images))
            try await pool.forEach(members) { [marker, into] member in
                Self.outcome(member.file) {
                    let subject = try MarkSubject(try WholeFile.read(member.file.path), name: member.file.name)
                    let marked = try marker.mark(subject, in: manifest)
                    let path = into + "/" + member.file.name
                    guard try AtomicFile.publish(marked.bytes, as: path) != .occupied else {
                        throw OperationFailure(.fileAccess, "\(path): another file is there already; it is kept. Choose another folder")
                    }
                    return MarkedFile(file: member.file.name, path: path, marked)
                }
            } receive: { outcome in
                switch outcome {
                case .done(let file): reporter.marked(file)
                case .failed(let failure): note(failure)
                }
            }
        }
        reporter.finish(files.count - failures.count, of: files.count, into: into)
        return failures.max { ExitOrder.of($0) < ExitOrder.of($1) }
    }

    private static func outcome<Value: Sendable>(_ file: FoundFile, _ work: () throws -> Value) -> Outcome<Value> {
        do { return .done(try work()) } catch { return .failed(FailedFile(file.name, error)) }
    }
}
