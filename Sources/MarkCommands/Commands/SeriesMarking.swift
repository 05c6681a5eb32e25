import Concurrency
import Files
import MarkedImages
import Marks
import Synchronization

/// Marks files in two passes: first the digests of all images, so that each mark can name the whole series, then the marks.
///
/// What the first pass has read and taken apart is kept for the second, as far as memory for it goes; only beyond that a file is read again.
struct SeriesMarking: Sendable {
    let marker: FileMarker
    let pool: WorkerPool

    /// Bytes that are kept between the passes.
    private static let keptBytes = 1 << 30

    /// The first pass's notes on a file.
    private struct Noted: Sendable {
        let file: FoundFile
        let series: String
        let place: SeriesPlace
        let images: [SeriesManifest.Image]
        /// `nil` where memory was short.
        let subject: MarkSubject?
    }

    /// - Parameters:
    ///   - subject: takes a file apart; called again where memory is short.
    ///   - publish: what is done with a marked file.
    ///   - receive: told of each file, one at a time.
    func run<Value: Sendable>(
        _ files: [FoundFile], subject: @escaping @Sendable (FoundFile) throws -> MarkSubject,
        publish: @escaping @Sendable (FoundFile, FileMarker.Marked) throws -> Value, receive: (FileOutcome<Value>) throws -> Void
    ) async throws {
        let room = MemoryRoom(bytes: Self.keptBytes)
        var series: [String: [Noted]] = [:]
        try await pool.forEach(files) { file in
            FileOutcome(file.name) {
                let taken = try subject(file)
                return Noted(
                    file: file, series: taken.series, place: taken.place, images: taken.images,
                    subject: room.take(taken.byteCount) ? taken : nil)
            }
        } receive: { outcome in
            switch outcome {
            case .done(let noted): series[noted.series, default: []].append(noted)
            case .failed(let failure): try receive(.failed(failure))
            }
        }
        for name in series.keys.sorted() {
            let members = (series.removeValue(forKey: name) ?? []).sorted { ($0.place, $0.file.name) < ($1.place, $1.file.name) }
            let manifest = try SeriesManifest(members.flatMap(\.images))
            try await pool.forEach(members) { [marker] member in
                FileOutcome(member.file.name) {
                    try publish(member.file, try marker.mark(try member.subject ?? subject(member.file), in: manifest))
                }
            } receive: { outcome in
                try receive(outcome)
            }
        }
    }
}

/// Room in memory for what is kept. Several threads take of it.
final class MemoryRoom: Sendable {
    private let left: Mutex<Int>

    init(bytes: Int) { left = Mutex(bytes) }

    /// Returns `false` where there is not as much left.
    func take(_ bytes: Int) -> Bool {
        left.withLock { left in
            guard bytes <= left else { return false }
            left -= bytes
            return true
        }
    }
}
