public import Marks

/// What is known of a series as a whole.
public struct SeriesVerification: Sendable {
    /// Series Instance UID.
    public let series: String
    /// `nil` where no file has the manifest, or different ones.
    public let manifest: SeriesManifest?
    public let findings: [SeriesFinding]
    /// The files that are there, in the order of their headers.
    public let files: [FileVerification]

    /// Whether images are missing, or there that should not be.
    public var isBroken: Bool { !findings.isEmpty }

    /// Groups files by series. Series of which no file is marked are left out.
    ///
    /// Images of one series may carry the manifest of another, if somebody pasted them: the manifest that most files have is the series'.
    public static func all(_ files: [FileVerification]) -> [SeriesVerification] {
        let groups = Dictionary(grouping: files, by: \.series)
        return groups.keys.sorted().compactMap { name in
            let members = (groups[name] ?? []).sorted { ($0.place, $0.name) < ($1.place, $1.name) }
            let manifests = Dictionary(grouping: members.compactMap(\.manifest), by: \.root)
            guard members.contains(where: { $0.binding != nil }) else { return nil }
            let manifest = manifests.max { ($0.value.count, $1.key.lexical) < ($1.value.count, $0.key.lexical) }?.value.first
            let findings = manifest.map { $0.findings(members.flatMap(\.present)) } ?? withoutManifest(members)
            return SeriesVerification(series: name, manifest: manifest, findings: findings, files: members)
        }
    }

    /// From the marks alone: places that no image has.
    private static func withoutManifest(_ files: [FileVerification]) -> [SeriesFinding] {
        let bindings = files.compactMap(\.binding).filter { $0.seriesCount > 0 }
        guard let first = bindings.first, bindings.allSatisfy({ $0.seriesRoot == first.seriesRoot }) else { return [] }
        let places = Set(files.flatMap { file in file.frames.indices.map { (file.binding?.seriesIndex ?? 0) + $0 } })
        return (0..<first.seriesCount).filter { !places.contains($0) }.map { .missing(place: $0) }
    }
}

extension [UInt8] {
    /// For an order that does not depend on chance.
    fileprivate var lexical: String { map { String(UnicodeScalar($0)) }.joined() }
}
