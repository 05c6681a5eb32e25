import Basics
import Foundation
import Marks

/// The page's section about one file.
struct FileSection {
    private let file: FileVerification
    private let directory: IssuerDirectory
    private let pictures: [String]
    private let anchor: String

    init(_ file: FileVerification, _ directory: IssuerDirectory, pictures: [String], anchor: String) {
        (self.file, self.directory, self.pictures, self.anchor) = (file, directory, pictures, anchor)
    }

    var html: String {
        """
        <section id="\(anchor)"><h2>\(MarkupText.escaped(file.name))</h2>
        <p><span class="badge \(file.verdict.rawValue)">\(file.verdict.rawValue)</span> \(MarkupText.escaped(file.verdict.words))</p>
        \(facts)\(pictures.map { "<p><img src=\"\($0)\" alt=\"the image with what was found in it\"></p>" }.joined())\(header)\(chain)
        </section>
        """
    }

    private var facts: String {
        var lines: [String] = []
        if let judgement = file.judgement { lines.append(judgement.words) }
        if let binding = file.binding, let date = Timestamp.date(milliseconds: Int64(binding.time) * 1000) {
            let start = binding.startPoint == .unknown ? "" : "; the proof begins with the \(binding.startPoint) image"
            lines.append("marked \(Timestamp.text(date))\(start)")
            if binding.seriesCount > 0 { lines.append("image \(binding.seriesIndex + 1) of \(binding.seriesCount) of its series") }
        }
        for frame in file.frames {
            if let rearrangement = frame.rearrangement { lines.append("frame \(frame.number + 1): \(rearrangement.words)") }
            guard let reading = frame.reading, frame.verdict != .intact, frame.verdict != .notMarked else { continue }
            let area = reading.cells.reduce(0) { $0 + $1.count }
            lines.append(
                "frame \(frame.number + 1): \(frame.verdict.rawValue); \(reading.blocks.count { $0.isProven }) of \(reading.blocks.count) "
                    + "blocks are proven, \(reading.cells.count) cells (\(area) samples) differ")
            if !reading.foreignImages.isEmpty {
                lines.append("blocks come from \(reading.foreignImages.map(\.description).sorted().joined(separator: ", "))")
            }
        }
        if let isRestorable = file.isRestorable {
            lines.append(isRestorable ? "unmark gives the marked file byte for byte" : "the file has been written anew or changed since")
        }
        return "<ul>\(lines.map { "<li>\(MarkupText.escaped($0))</li>" }.joined())</ul>"
    }

    private var header: String {
        guard file.binding != nil else { return "" }
        guard file.isHeaderChecked else {
            return "<h3>Header</h3><p>The header cannot be compared: its secret went away with the private elements. The issuer can.</p>"
        }
        guard !file.headerFindings.isEmpty else {
            return "<h3>Header</h3><p>All \(HeaderAttribute.all.count) attributes are what was signed.</p>"
        }
        let rows = file.headerFindings.map { finding in
            let now = finding.attribute.map(file.header.text) ?? ""
            return "<tr><td>\(finding.attribute?.keyword ?? "–")</td><td>\(finding.group.rawValue)</td><td>\(MarkupText.escaped(now))</td>"
                + "<td>\(finding.verdict.rawValue)</td><td>\(MarkupText.escaped(finding.words))</td></tr>"
        }
        return
            "<h3>Header</h3><table><tr><th>Attribute</th><th>Group</th><th>Now</th><th>Verdict</th><th></th></tr>\(rows.joined())</table>"
    }

    private var chain: String {
        guard !file.chain.entries.isEmpty else { return "" }
        let faults = file.chainFindings.map { "<li>\(MarkupText.escaped(file.chain.words($0, directory)))</li>" }.joined()
        let entries = file.chain.entries.enumerated().map { index, entry in
            let date = Timestamp.date(milliseconds: Int64(entry.time) * 1000).map(Timestamp.text) ?? "?"
            let name = MarkupText.escaped(directory.name(of: entry.service))
            let operation = entry.operation?.name ?? "an unknown operation"
            let isFault = file.chainFindings.contains { $0.entry == index }
            return "<li\(isFault ? " class=\"fault\"" : "")><b>\(operation)</b> by \(name)<br>\(date)</li>"
        }
        let list = faults.isEmpty ? "" : "<ul class=\"bad\">\(faults)</ul>"
        return "<h3>Chain of custody</h3>\(list)<ol class=\"chain\">\(entries.joined())</ol>"
    }
}

extension CustodyChain.Finding {
    /// The entry that a finding is about, if it is about one.
    fileprivate var entry: Int? {
        switch self {
        case .forged(let entry), .unknownService(let entry), .reordered(let entry, _), .gap(let entry), .timeRunsBack(let entry): entry
        case .notMarked(let after): after + 1
        case .endMissing, .otherImage: nil
        }
    }
}
