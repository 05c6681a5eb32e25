import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Files
import MarkedImages
import Marks

/// Looks for a site's shells in slices: `verify --volume`.
struct VolumeSearchRun {
    let search: SliceSearch
    /// Whether identities were asked for by name.
    let isAsked: Bool
    let json: JSONLines?

    /// EX_NOINPUT of sysexits(3): there is no mark to judge.
    private static let notFound = ExitCode(66)

    /// - Returns: what the program ends with; `nil` where every slice is of a marked volume, and of the identity that was asked for.
    func run(_ paths: [String]) async throws -> ExitCode? {
        let pool = WorkerPool(label: "veilray.search")
        let files = try await pool.run { try FileFinder.files(below: paths) }
        guard !files.isEmpty else { throw OperationFailure(.badData, "there are no files at \(paths.joined(separator: ", "))") }
        var (slices, results, failures) = ([SliceSearch.Slice](), [SliceSearch.Result](), [FailureKind]())
        try await pool.forEach(files) { [search] file in
            FileOutcome(file.name) {
                let slices = try search.slices(try WholeFile.read(file.path), name: file.name)
                return (slices, try slices.map { try search.search($0) })
            }
        } receive: { outcome in
            switch outcome {
            case .done(let (ofFile, found)):
                slices += ofFile
                results += found
                found.forEach(tell)
            case .failed(let failure):
                failures.append(failure.kind)
                if let json { json.write(failure) } else { Console.complain("\(failure.file): \(failure.reason)") }
            }
        }
        let together = try await pool.run { [search, slices] in try search.searchTogether(slices) }
        if let together { tell(together) }
        if let failure = failures.map({ ExitStatus($0) }).max() { return failure.exitCode }
        // Slices of one reformat are judged together.
        let judged = together.map { $0.isFound ? [$0] : results } ?? results
        guard judged.allSatisfy(\.isFound) else { return Self.notFound }
        return isAsked && !judged.allSatisfy { $0.confirmed != nil } ? ExitStatus.badData.exitCode : nil
    }

    private func tell(_ result: SliceSearch.Result) {
        if let json { return json.write(SearchedSlice(result)) }
        Console.say("\(result.title): \(result.words)")
    }
}

extension SliceSearch.Result {
    fileprivate var title: String {
        if count == 1 { return frame.map { "\(names[0]), frame \($0)" } ?? names[0] }
        return "\(count) slices together (\(names.count == 1 ? names[0] : "\(names[0]) … \(names[names.count - 1])"))"
    }

    fileprivate var words: String {
        guard let finding else { return "nothing can be said: \(obstacle ?? "")" }
        let score = "\((finding.score * 10).rounded() / 10) against a threshold of \(finding.threshold)"
        guard isFound else { return "no volume mark of this site (\(score))" }
        let place = "\(finding.distance.rounded()) mm from the shells' centre"
        guard let confirmed else { return "from a volume that this site has marked (\(score); \(place)); its identity is not confirmed" }
        return "from a volume that this site has marked, of \(confirmed) (\(score); \(place))"
    }
}

/// One line of `--json`.
private struct SearchedSlice: Encodable, Sendable {
    struct Match: Encodable, Sendable {
        let identity: String
        let confirmed: Bool
        let chance: Double
        let rings: Int
    }

    let event = "volume"
    let files: [String]
    let frame: Int?
    let found: Bool?
    let score: Double?
    let threshold: Double
    let usableShare: Double?
    let distanceMillimetres: Double?
    let identity: String?
    let matches: [Match]
    let obstacle: String?

    init(_ result: SliceSearch.Result) {
        let finding = result.finding
        (files, frame) = (result.names, result.frame)
        (found, score, threshold) = (finding.map { _ in result.isFound }, finding?.score, VolumeDetector.threshold)
        (usableShare, distanceMillimetres) = (finding?.usableShare, finding?.distance)
        (identity, obstacle) = (result.confirmed, result.obstacle)
        matches = result.matches.map {
            Match(identity: $0.identity, confirmed: $0.match.isConfirmed, chance: $0.match.chance, rings: $0.match.rings)
        }
    }
}
