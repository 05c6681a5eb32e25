import Basics
import CommandLineSupport
import Foundation
import MarkedImages
import Marks

/// Tells of verified files and series.
struct VerifyReporter: Sendable {
    let json: JSONLines?
    let directory: IssuerDirectory

    func verified(_ file: FileVerification) {
        if let json { return json.write(VerifiedFile(file, directory)) }
        let issuer = file.judgement.map { " (\($0.words))" } ?? ""
        Console.say("\(file.name): \(file.verdict.words)\(issuer)")
        for line in details(file) { Console.say("    \(line)") }
    }

    func verified(_ series: SeriesVerification) {
        if let json { return json.write(VerifiedSeries(series)) }
        for finding in series.findings { Console.say("Series \(series.series): \(finding.words(series.manifest))") }
    }

    func failed(_ failure: FailedFile) {
        if let json { json.write(failure) } else { Console.complain("\(failure.file): \(failure.reason)") }
    }

    private func details(_ file: FileVerification) -> [String] {
        var lines: [String] = []
        for frame in file.frames {
            if let rearrangement = frame.rearrangement { lines.append(rearrangement.words) }
            guard let reading = frame.reading, !reading.cells.isEmpty, reading.verdict != .unreadable else { continue }
            let cells = reading.cells.prefix(6).map { "\($0.top)–\($0.bottom - 1)/\($0.left)–\($0.right - 1)" }.joined(separator: ", ")
            let more = reading.cells.count > 6 ? ", …" : ""
            lines.append("frame \(frame.number + 1): \(reading.cells.count) cells differ, rows/columns \(cells)\(more)")
            if !reading.foreignImages.isEmpty {
                lines.append("blocks come from image \(reading.foreignImages.map(\.description).sorted().joined(separator: ", "))")
            }
        }
        if file.binding != nil, !file.isHeaderChecked {
            lines.append("the header cannot be compared: its secret went with the private elements")
        }
        lines += file.headerFindings.map(\.words)
        lines += file.chainFindings.map { file.chain.words($0, directory) }
        return lines
    }
}

/// One line of `--json` for a file.
private struct VerifiedFile: Encodable, Sendable {
    struct Frame: Encodable, Sendable {
        let frame: Int
        let verdict: String
        let source: String?
        let blocks: Int
        let provenBlocks: Int
        let cells: [VerifiedArea]
        let foreignImages: [String]
        let rearrangement: String?
    }

    struct Attribute: Encodable, Sendable {
        let attribute: String?
        let group: String
        let verdict: String
    }

    struct Entry: Encodable, Sendable {
        let operation: String
        let service: String
        let time: Date
    }

    let event = "verified"
    let file: String
    let verdict: String
    let issuer: String?
    let frames: [Frame]
    let headerChecked: Bool
    let header: [Attribute]
    let chain: [Entry]
    let chainFaults: [String]
    let restorable: Bool?

    init(_ verification: FileVerification, _ directory: IssuerDirectory) {
        (file, verdict) = (verification.name, verification.verdict.rawValue)
        issuer = verification.judgement?.words
        frames = verification.frames.map { frame in
            Frame(
                frame: frame.number + 1, verdict: frame.verdict.rawValue, source: frame.reading?.source?.rawValue,
                blocks: frame.reading?.blocks.count ?? 0, provenBlocks: frame.reading?.blocks.count { $0.isProven } ?? 0,
                cells: (frame.reading?.cells ?? []).map(VerifiedArea.init),
                foreignImages: (frame.reading?.foreignImages ?? []).map(\.description).sorted(), rearrangement: frame.rearrangement?.words)
        }
        headerChecked = verification.isHeaderChecked
        header = verification.headerFindings.map {
            Attribute(attribute: $0.attribute?.keyword, group: $0.group.rawValue, verdict: $0.verdict.rawValue)
        }
        chain = verification.chain.entries.map {
            Entry(
                operation: $0.operation?.name ?? "unknown", service: directory.name(of: $0.service),
                time: Timestamp.date(trusted: Int64($0.time) * 1000))
        }
        chainFaults = verification.chainFindings.map { verification.chain.words($0, directory) }
        restorable = verification.isRestorable
    }
}

/// One line of `--json` for a series.
private struct VerifiedSeries: Encodable, Sendable {
    let event = "series"
    let series: String
    let images: Int?
    let faults: [String]

    init(_ verification: SeriesVerification) {
        (series, images) = (verification.series, verification.manifest?.images.count)
        faults = verification.findings.map { $0.words(verification.manifest) }
    }
}
