import Basics
import CommandLineSupport
import Foundation
import Sending
import StegoKit

/// The outcomes of files, as a table for people. It keeps the first files only, so that a long study does not fill the memory; each failure
/// has been told by itself.
struct InstanceTable {
    static let longest = 500

    private var rowCount = 0
    private var leftOut = 0
    private var table = Table([
        ("file", .left), ("method", .left), ("record", .left), ("bits", .right), ("PSNR", .right), ("Δ", .right), ("original", .right),
        ("stego", .right), ("wire", .right), ("result", .left),
    ])

    mutating func add(_ instance: SenderEvent.Instance) {
        guard rowCount < Self.longest else {
            leftOut += 1
            return
        }
        rowCount += 1
        table.add([
            instance.name, instance.method ?? "", instance.record?.rawValue ?? "", instance.bitsHidden.map(String.init) ?? "",
            instance.method == nil ? "" : Quantities.decibels(instance.psnr), instance.maximumChange.map(String.init) ?? "",
            Self.size(instance.originalBytes), Self.size(instance.stegoBytes), Self.size(instance.wireBytes), instance.status.rawValue,
        ])
    }

    private static func size(_ byteCount: Int?) -> String { byteCount.map { Quantities.bytes($0) } ?? "" }

    var lines: [String] {
        table.lines + (leftOut > 0 ? ["… and \(leftOut) more files"] : [])
    }
}

/// The codecs of the files, and the reasons, in one line for people.
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

/// The number of images that had regions filled, in one line for people, and the warning about those that were left as they are.
struct RedactionSummary: Sendable {
    private var imageCount = 0
    private var regionCount = 0
    /// Of the images' shares.
    private var sum = 0.0
    private var hasWarned = false

    mutating func add(_ instance: SenderEvent.Instance) {
        guard let share = instance.redactedShare else { return }
        imageCount += 1
        regionCount += instance.redactedRegions ?? 0
        sum += share
    }

    /// `nil` where nothing was filled.
    var line: String? {
        guard imageCount > 0 else { return nil }
        let images = imageCount == 1 ? "1 image" : "\(imageCount) images"
        let regions = regionCount == 1 ? "1 region" : "\(regionCount) regions"
        return "Filled for the journey: \(regions) of \(images), "
            + String(format: "%.1f %% of each on average; restored exactly.", sum / Double(imageCount) * 100)
    }

    /// The warning about the first image that probably shows text and is sent as it is; `nil` for the others.
    mutating func warning(for instance: SenderEvent.Instance) -> String? {
        guard instance.probablyShowsText == true, !hasWarned else { return nil }
        hasWarned = true
        return "\(instance.name): its pixels probably show text, a name perhaps, and are shown as they are (--burned-in keep)"
    }
}
