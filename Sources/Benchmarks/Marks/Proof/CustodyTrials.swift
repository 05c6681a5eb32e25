import Foundation
import MarkedImages
import Marks

/// Eight services in turn, and chains in which one entry is changed, missing or in another place.
struct CustodyTrials {
    private static let services = 8

    func count() throws {
        let parties = try (0..<Self.services).map { _ in try BenchmarkParty() }
        let directory = IssuerDirectory.joined(parties)
        let original = try MadeUpImage.file(height: 512, width: 512, seed: 3)
        var (bytes, ratios) = (original, [Double]())
        for party in parties {
            let subject = try MarkSubject(bytes, name: "custody")
            let marked = try party.marker.mark(subject, in: try SeriesManifest(subject.images))
            (bytes, ratios) = (marked.bytes, ratios + [marked.peakRatio])
        }
        let verification = try FileVerifier(directory: directory).verify(bytes, path: "", name: "custody")
        let isBack = try FileUnmarker.restore(bytes, name: "custody").bytes == original
        print(
            "custody: \(Self.services) services, verdict \(verification.verdict), \(verification.chain.entries.count) entries, comes back \(isBack),",
            String(format: "PSNR after the first %.2f dB, after the last %.2f dB", ratios.first ?? 0, ratios.last ?? 0))
        guard let binding = verification.binding, let body = verification.frames.first?.reading?.body else { return }
        var (count, named) = (0, 0)
        for (changed, entry, expected) in Self.changes(of: verification.chain.entries) {
            count += 1
            let findings = CustodyChain(changed).findings(directory, head: binding.custodyHead, imageDigest: body.imageDigest)
            if findings.contains(where: { expected($0, entry) }) { named += 1 }
        }
        print("custody: chains with one entry changed, dropped or moved \(count), named \(named)")
    }

    private typealias Change = ([CustodyEntry], Int, (CustodyChain.Finding, Int) -> Bool)

    private static func changes(of entries: [CustodyEntry]) -> [Change] {
        var changes: [Change] = []
        for place in entries.indices {
            // Every byte of the entry, each in one bit.
            for index in 0..<CustodyEntry.byteCount {
                var bytes = entries[place].bytes
                bytes[index] ^= 1 << UInt8(index % 8)
                guard let entry = try? CustodyEntry(bytes) else { continue }
                var changed = entries
                changed[place] = entry
                // Another service's name makes it an entry of nobody.
                changes.append((changed, place, { $0 == .forged(entry: $1) || $0 == .unknownService(entry: $1) }))
            }
            var dropped = entries
            dropped.remove(at: place)
            let isLast = place == entries.count - 1
            changes.append((dropped, place, { isLast ? $0 == .endMissing : $0 == .gap(before: $1) }))
            for other in entries.indices.dropFirst(place + 1) {
                var moved = entries
                moved.swapAt(place, other)
                changes.append((moved, place, { finding, _ in finding.isOfOrder }))
            }
        }
        return changes
    }
}

extension CustodyChain.Finding {
    /// Whether it says that entries do not stand where they were made.
    fileprivate var isOfOrder: Bool {
        switch self {
        case .reordered, .gap: true
        default: false
        }
    }
}
