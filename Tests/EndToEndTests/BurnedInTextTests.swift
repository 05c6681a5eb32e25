import Foundation
import TestSupport
import Testing

/// Text in the pixels, with the settings that nobody chose, through the real programs; tesseract reads what is left of it.
@Suite struct BurnedInTextTests {
    private struct Made: Decodable, Sendable {
        let words: [String]
    }

    private struct Reading: Decodable, Sendable {
        let name: String
        let before: [String]
        /// Words of the original, or most of one in its place.
        let left: [String]
        /// What else is read: a word of three letters stands in noise now and then, and noise changes with every key.
        let otherwise: [String]
    }

    /// Seals what stands in the originals' folder, and opens it again.
    private func travel(_ site: Site, _ paths: [String]? = nil) async throws -> [[String: Any]] {
        let stego = site.folder + "/stego"
        let sealed = try await run(
            Programs.send,
            ["seal"] + (paths ?? [site.originals]) + [
                "--home", site.clinicHome, "--to", "radiologist", "--into", stego, "--keep-names", "--json",
            ])
        let opened = try await run(
            Programs.receive, ["open", stego, "--home", site.radiologistHome, "--into", site.inbox, "--layout", "flat"])
        #expect(opened.status == 0, "\(opened.errors)")
        return sealed.events(named: "instance")
    }

    private func readings(_ names: [String], below folder: String, _ site: Site) async throws -> [Reading] {
        try await Judges.judge(
            "words.py",
            names.map {
                ["name": $0, "original": "\(folder)/\($0)", "stego": "\(site.folder)/stego/\(($0 as NSString).lastPathComponent)"]
            }, in: site.folder)
    }

    @Test(.needs("tesseract"), .needsPython("pydicom", "numpy", "PIL", "libjpeg", "openjpeg"))
    func noWordIsLeft() async throws {
        let site = try await Site.withTrust()
        try FileManager.default.createDirectory(atPath: site.originals, withIntermediateDirectories: true)
        let kinds = ["ct", "film", "ultrasound", "clip", "capture"]
        let made = try await Judges.judge(
            "written.py", kinds.map { ["name": $0, "image": "\(site.originals)/\($0)"] }, in: site.folder, as: Made.self)
        let events = try await travel(site)
        #expect(events.count == kinds.count)
        #expect(events.allSatisfy { $0["status"] as? String == "sealed" && $0["redactedRegions"] as? Int ?? 0 > 0 }, "\(events)")
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
        for (reading, words) in zip(try await readings(kinds, below: site.originals, site), made.map(\.words)) {
            #expect(Set(words).subtracting(reading.before).isEmpty, "\(reading.name): the judge is not blind")
            #expect(reading.left == [], "\(reading.name)")
        }
    }

    /// Most of a word that stands where it stood is left of it, a word that stands elsewhere is not.
    @Test(.needs("tesseract"), .needsPython("pydicom", "numpy", "PIL", "libjpeg", "openjpeg"))
    func theJudgeTellsRemaindersFromChance() async throws {
        let site = try Site()
        let shown = ["all", "STERMAN", "BES", "none"]
        let made = try await Judges.judge(
            "written.py", shown.map { ["name": $0, "kind": "clip", "shown": $0, "image": "\(site.folder)/\($0)"] }, in: site.folder,
            as: Made.self)
        let readings: [Reading] = try await Judges.judge(
            "words.py", shown.map { ["name": $0, "original": "\(site.folder)/all", "stego": "\(site.folder)/\($0)"] }, in: site.folder)
        let (all, part, stray, none) = (readings[0], readings[1], readings[2], readings[3])
        #expect(Set(made[0].words).subtracting(all.left).isEmpty && all.otherwise == [])
        #expect(part.left.count == 1 && part.left.allSatisfy { "HUSTERMANN".contains($0) }, "\(part)")
        #expect(stray.left == [] && stray.otherwise == ["BES"])
        #expect(none.left == [] && none.otherwise == [])
    }

    /// Ultrasound and captures of the corpus, upon which much is written.
    @Test(.needsCorpus, .needs("tesseract"), .needsPython("pydicom", "numpy", "PIL", "libjpeg", "openjpeg"))
    func noWordOfTheCorpusIsLeft() async throws {
        let site = try await Site.withTrust()
        let names = [
            "pydicom/examples_palette.dcm", "pydicom/examples_jpeg2k.dcm", "pydicom/examples_rgb_color.dcm", "pydicom-data/OBXXXX1A.dcm",
        ]
        let events = try await travel(site, names.map(Corpus.path))
        #expect(events.count == names.count && events.allSatisfy { $0["status"] as? String == "sealed" })
        let readings = try await readings(names, below: try #require(Corpus.folder), site)
        #expect(readings.reduce(0) { $0 + $1.before.count } > 25, "the judge is not blind")
        for reading in readings { #expect(reading.left == [], "\(reading.name)") }
    }

    /// Whatever is filled on the way, every file comes back as it was.
    @Test(.needsCorpus)
    func theCorpusComesBack() async throws {
        let site = try await Site.withTrust()
        // Names that two folders have would be those of one stego file.
        let names = Dictionary(Corpus.varied.map { (($0 as NSString).lastPathComponent, $0) }) { first, _ in first }
        let events = try await travel(site, names.values.sorted().map(Corpus.path))
        let degrees = Dictionary(uniqueKeysWithValues: events.map { ($0["name"] as? String ?? "", $0["exact"] as? String ?? "") })
        #expect(Set(degrees.keys) == Set(names.keys) && !degrees.values.contains(""))
        #expect(events.count { $0["redactedRegions"] as? Int ?? 0 > 0 } > 20)
        let restored = Dictionary(
            uniqueKeysWithValues: site.files(below: site.inbox).map { (($0.key as NSString).lastPathComponent, $0.value) })
        #expect(restored.count == names.count)
        for (name, path) in names where degrees[name] == "bytes" {
            #expect(restored[name].map(Array.init) == (try Corpus.bytes(path)), "\(path)")
        }
    }
}
