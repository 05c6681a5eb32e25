import Marks

extension InstanceComparison.Verdict {
    /// The meaning of a verdict, for a person.
    public var words: String {
        switch self {
        case .identical: "the same, byte for byte"
        case .same: "the same samples and values; the files are written differently, or one is marked"
        case .alike: "samples were transformed; no difference can be seen"
        case .notAssessable: "nothing can be said of the pixels"
        case .headerDiffers: "the header says something else"
        case .differs: "what it shows is not the same"
        case .missing: "it is missing"
        case .added: "the other version does not have it"
        }
    }
}

extension InstanceComparison {
    /// The findings, a line each, for a person.
    public var lines: [String] {
        var lines: [String] = []
        if let judgement { lines.append("the record is \(judgement.words)") }
        if !transformations.isEmpty { lines.append("transformed: \(transformations.joined(separator: ", "))") }
        for frame in frames { lines += frame.lines(isOne: frames.count == 1) }
        if judgement != nil, !isHeaderChecked { lines.append("the header could not be compared") }
        lines += header.map(\.words)
        lines += elements.filter { !$0.isNeutral }.map(\.words)
        let neutral = elements.count { $0.isNeutral }
        if neutral > 0 { lines.append("\(neutral) private elements or notes of archives and codecs differ") }
        return lines
    }
}

extension InstanceComparison.Frame {
    /// Of many regions, those that are told of.
    private static let toldRegions = 5

    func lines(isOne: Bool) -> [String] {
        let title = isOne ? "" : "frame \(number + 1): "
        if verdict == .notAssessable || verdict == .differs, let obstacle { return ["\(title)\(verdict.rawValue): \(obstacle)"] }
        guard verdict == .differs || verdict == .alike else { return [] }
        var lines: [String] = []
        if let changedSamples, let largestChange {
            lines.append("\(title)\(changedSamples) samples differ, by \(largestChange.shortText) \(unit) at most")
        }
        if !cells.isEmpty {
            let area = cells.reduce(0) { $0 + $1.count }
            lines.append("\(title)the signed list names \(cells.count) cells of 8 × 8 (\(area) samples)")
        }
        lines += differences.prefix(Self.toldRegions).map { title + $0.words(unit) }
        if differences.count > Self.toldRegions { lines.append("\(title)\(differences.count - Self.toldRegions) more regions") }
        if let content, verdict == .alike, content.assessedShare < 1 {
            lines.append("\(title)\((100 * content.assessedShare).shortText) % of the image could be assessed")
        }
        return lines
    }
}

extension ContentDifference {
    /// Where, how large, how much.
    func words(_ unit: String) -> String {
        let size = squareMillimetres.map { "\($0.shortText) mm²" } ?? "\(area) samples"
        return "rows \(rows.lowerBound)–\(rows.upperBound - 1), columns \(columns.lowerBound)–\(columns.upperBound - 1): \(size), "
            + "\(mean.shortText) \(unit) in the mean, \(peak.shortText) at most, importance \(importance.shortText)"
    }
}

extension InstanceComparison.Attribute {
    var words: String {
        let name = attribute?.keyword ?? "an attribute of group \(group.rawValue)"
        let values = before.map { "'\($0)' became '\(now)'" } ?? "it is '\(now)' now"
        return "\(name): \(verdict.name), \(values)"
    }
}

extension InstanceComparison.Element {
    var words: String {
        switch change {
        case .added: "\(path) was added: '\(now)'"
        case .removed: "\(path) was removed: '\(before)'"
        case .changed: "\(path): '\(before)' became '\(now)'"
        }
    }
}
