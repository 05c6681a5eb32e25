import Sending
import StegoKit

/// Which codecs the files got, and why, in one line for people.
struct CodecSummary: Sendable {
    private var counts: [StegoCodec: Int] = [:]
    /// Of the last file each: the longer a study is under way, the better is known what decides.
    private var reasons: [StegoCodec: String] = [:]

    mutating func add(_ instance: SenderEvent.Instance) {
        guard let codec = instance.codec else { return }
        counts[codec, default: 0] += 1
        if let why = instance.why { reasons[codec] = why }
    }

    /// Files by the codec of their pixels.
    var codecs: [String: Int] {
        Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
    }

    /// Names the codec of most files with its reason, then how many got others; `nil` without any file.
    var line: String? {
        let sorted = counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        guard let most = sorted.first else { return nil }
        var line = "Codec \(most.key.rawValue)"
        if sorted.count > 1 { line += " for \(most.value) of \(counts.values.reduce(0, +)) files" }
        if let why = reasons[most.key] { line += ": \(why)" }
        return line + sorted.dropFirst().map { "; \($0.key.rawValue) for \($0.value)" }.joined() + "."
    }
}
