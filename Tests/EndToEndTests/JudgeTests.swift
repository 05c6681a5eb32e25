import Foundation
import TestSupport
import Testing

/// The stego files that a receiver kept of the corpus, judged by pydicom and numpy, DCMTK and GDCM.
@Suite(.needsCorpus) struct JudgeTests {
    // MARK: pydicom

    /// Of one run for all tests.
    private static let judgements = Task {
        try await judge(Corpus.whole)
    }

    /// - Parameter original: whether the originals themselves stand trial, for whom every charge is true.
    private static func judge(_ names: [String], original: Bool = false) async throws -> [StegoJudgement] {
        let transfer = try await CorpusTransfer.shared
        let corpus = try #require(Corpus.folder)
        let cases = names.map {
            ["name": $0, "original": "\(corpus)/\($0)", "stego": original ? "\(corpus)/\($0)" : "\(transfer.stego)/\($0)"]
        }
        return try await Judges.judge("stego.py", cases, in: transfer.site.folder)
    }

    @Test(.needsJudges)
    func stegoFilesAreSound() async throws {
        let judgements = try await Self.judgements.value
        #expect(judgements.count == Corpus.whole.count)
        for file in judgements {
            #expect(file.unsound == nil, "\(file.name)")
            #expect(file.highBits == nil, "\(file.name)")
        }
    }

    @Test(.needsJudges)
    func stegoFilesNameNobody() async throws {
        for file in try await Self.judgements.value {
            #expect(file.identityRemoved == "YES", "\(file.name)")
            #expect(file.privateGroups == [], "\(file.name)")
            #expect(file.sharedUIDs == [], "\(file.name)")
            #expect(file.leaks == [], "\(file.name)")
        }
    }

    /// The judge is not blind: of the originals it says all that it must not say of their stego files.
    @Test(.needsJudges)
    func judgeSeesWhatOriginalsTell() async throws {
        for file in try await Self.judge(["ct-ge/01.dcm", "pydicom/CT_small.dcm", "mr-siemens/mosaic1.dcm"], original: true) {
            #expect(file.identityRemoved != "YES" || file.name.hasPrefix("ct-ge"), "\(file.name)")
            #expect(file.privateGroups?.isEmpty == false, "\(file.name)")
            #expect(file.sharedUIDs?.isEmpty == false, "\(file.name)")
            #expect((file.leaks?.count ?? 0) > 10, "\(file.name)")
            #expect(file.changedSamples == 0, "\(file.name)")
        }
    }

    /// Files of the corpus whose pixels pydicom cannot decode, for faults of their own.
    private static let undecodable: Set<String> = [
        "pydicom/JPEG-lossy.dcm", "pydicom/JPEG2000-embedded-sequence-delimiter.dcm", "pydicom/badVR.dcm",
    ]

    /// numpy's figures are the announced ones.
    @Test(.needsJudges)
    func pixelsDifferAsAnnounced() async throws {
        let judgements = try await Self.judgements.value
        try expectFigures(judgements, as: try await CorpusTransfer.shared.delivered)
        #expect(judgements.count { $0.psnr != nil } > 50)
    }

    private func expectFigures(_ judgements: [StegoJudgement], as announcements: [Announcement]) throws {
        let announced = Dictionary(grouping: announcements, by: \.name).compactMapValues(\.first)
        for file in judgements where file.placeholder != true {
            let figures = try #require(announced[file.name], "\(file.name)")
            if let reason = file.originalUndecodable {
                #expect(Self.undecodable.contains(file.name), "\(file.name): \(reason)")
                #expect(figures.changedSamples == 0 && figures.maximumChange == 0, "\(file.name)")
                continue
            }
            #expect(file.maximumChange == figures.maximumChange, "\(file.name)")
            #expect(file.changedSamples == figures.changedSamples, "\(file.name)")
            if let psnr = file.psnr {
                let promised = try #require(figures.psnr, "\(file.name)")
                #expect(abs(psnr - promised) < 0.05, "\(file.name): \(psnr) dB, announced \(promised)")
            } else {
                #expect(figures.psnr == nil, "\(file.name)")
            }
        }
    }

    /// The same judgement of other ways of sealing, with native words whose high bits everybody could read.
    @Test(
        .needsJudges,
        arguments: [
            ("lsb", "none"), ("lsb", "j2k"), ("reversible", "none"), ("reversible", "htj2k"), ("hamming", "none"), ("hamming", "j2k"),
            ("stc", "none"),
            ("stc", "j2k"),
        ])
    func everyMethodAndCodec(_ method: String, _ codec: String) async throws {
        let corpus = try #require(Corpus.folder)
        let site = try await Site.withTrust()
        let paths = [
            "ct-ge/01.dcm", "enhanced/Siemens_XA10_6_1.dcm", "pydicom/examples_rgb_color.dcm", "pydicom/examples_overlay.dcm",
            "pydicom-data/MR-SIEMENS-DICOM-WithOverlays.dcm", "pydicom-data/693_UNCR.dcm",
        ].map { "\(corpus)/\($0)" }
        let stego = site.folder + "/stego"
        let sealed = try await site.succeed(
            Programs.send,
            ["seal"] + paths + ["--home", site.clinicHome, "--to", "radiologist", "--into", stego, "--keep-names", "--json"]
                + ["--method", method, "--codec", codec, "--region", "everywhere", "--burned-in", "keep"])
        let cases = paths.map { ($0 as NSString).lastPathComponent }.enumerated().map { index, name in
            ["name": name, "original": paths[index], "stego": "\(stego)/\(name)"]
        }
        let judgements: [StegoJudgement] = try await Judges.judge("stego.py", cases, in: site.folder)
        #expect(judgements.count { $0.psnr != nil } == paths.count)
        for file in judgements {
            #expect(file.unsound == nil && file.highBits == nil, "\(file.name)")
            #expect(file.leaks == [] && file.sharedUIDs == [] && file.privateGroups == [], "\(file.name)")
        }
        let announcements = try Announcement.all(in: sealed)
        try expectFigures(judgements, as: announcements)
        let syntaxes = ["none": "1.2.840.10008.1.2.1", "j2k": Self.jpeg2000Lossless, "htj2k": Self.highThroughputLossless]
        #expect(announcements.allSatisfy { $0.transferSyntax == syntaxes[codec] })
    }

    /// A black picture stands for pixels only where there are none, or where the sender says why.
    @Test(.needsJudges)
    func picturesAreShown() async throws {
        let explained = Set(try await CorpusTransfer.shared.delivered.filter { $0.notes?.isEmpty == false }.compactMap(\.name))
        for file in try await Self.judgements.value where file.placeholder == true && file.originalDecodable == true {
            #expect(explained.contains(file.name), "\(file.name)")
        }
    }

    // MARK: DCMTK

    @Test(.needs("dcmdump"))
    func dcmdumpReadsEveryFile() async throws {
        let transfer = try await CorpusTransfer.shared
        let dumped = try await run(
            try #require(ForeignPrograms.path(of: "dcmdump")),
            ["--load-short", "+P", "5653,0010"] + Corpus.whole.map { "\(transfer.stego)/\($0)" })
        #expect(dumped.status == 0)
        #expect(dumped.errors.isEmpty, "\(dumped.errors)")
        #expect(dumped.output.split(separator: "\n").count { $0.contains("VEILRAY 1.0") } == Corpus.whole.count)
    }

    // MARK: Opening what others rewrote

    @Test func keptFilesOpen() async throws {
        let transfer = try await CorpusTransfer.shared
        try await expectOpening(transfer.stego, restores: Set(Corpus.whole))
    }

    @Test(.needs("gdcmconv"))
    func filesThatGDCMDecompressedOpen() async throws {
        let transfer = try await CorpusTransfer.shared
        let rewritten = transfer.site.folder + "/decompressed"
        // A codestream that could not be encoded again ("shown" was given up) is part of its original: nobody may rewrite it.
        let names = Set(
            try transfer.delivered.filter { file in
                file.transferSyntax == Self.jpeg2000Lossless && file.notes?.contains { $0.hasPrefix("shown:") } != true
            }.compactMap(\.name))
        #expect(names.count > 50)
        let script = """
            to=$1; convert=$2; cd "$3" && shift 3
            for file; do mkdir -p "$to/$(dirname "$file")" && "$convert" --raw "$file" "$to/$file" || echo "$file"; done
            """
        let converted = try await run(
            "/bin/sh", ["-c", script, "sh", rewritten, try #require(ForeignPrograms.path(of: "gdcmconv")), transfer.stego] + names.sorted())
        #expect(converted.output.isEmpty && converted.errors.isEmpty, "\(converted.output)\(converted.errors)")
        for (name, data) in transfer.site.files(below: rewritten) {
            #expect(data.prefix(1024).range(of: Data(Self.jpeg2000Lossless.utf8)) == nil, "\(name) is still compressed")
        }
        try await expectOpening(rewritten, restores: names)
    }

    /// Without private elements there is no capsule; the keyring has the key.
    @Test(.needsJudges)
    func filesWithoutPrivateElementsOpen() async throws {
        let transfer = try await CorpusTransfer.shared
        let stripped = transfer.site.folder + "/stripped"
        let names = Set(try transfer.delivered.filter { $0.record == "pixels" }.compactMap(\.name))
        #expect(names.count > 30)
        let cases = names.sorted().map { ["name": $0, "stego": "\(transfer.stego)/\($0)", "stripped": "\(stripped)/\($0)"] }
        _ = try await Judges.judge("strip_private.py", cases, in: transfer.site.folder, as: StrippedJudgement.self)
        for (name, data) in transfer.site.files(below: stripped) {
            #expect(data.range(of: Data("VEILRAY 1.0".utf8)) == nil, "\(name) still has private elements")
        }
        try await expectOpening(stripped, restores: names)
    }

    /// What the restoration data in the stripped element would have undone is told, and everything else is the original's.
    @Test(.needsJudges, arguments: ["lsb", "hamming", "stc"])
    func filesWithoutRestorationDataOpenAsUnproven(_ method: String) async throws {
        let site = try await Site.withTrust()
        let original = try #require(Corpus.folder) + "/ct-ge/01.dcm"
        let (stego, stripped, opened) = (site.folder + "/stego", site.folder + "/stripped", site.folder + "/opened")
        let (receiver, address) = try await site.startReceiver(
            ["--studies", "1", "--layout", "flat", "--keep-stego", stego, "--keep-names"])
        let sent = try await site.send([original], to: address, ["--method", method, "--burned-in", "keep"])
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(sent.events(named: "instance").first?["record"] as? String == "pixels")
        #expect(await receiver.finish().status == 0)
        let cases = [["name": "01.dcm", "stego": "\(stego)/01.dcm", "stripped": "\(stripped)/01.dcm"]]
        _ = try await Judges.judge("strip_private.py", cases, in: site.folder, as: StrippedJudgement.self)
        let finished = try await run(
            Programs.receive, ["open", stripped, "--home", site.radiologistHome, "--into", opened, "--layout", "flat", "--json"])
        #expect(finished.status == 65, "\(finished.errors)")
        let instance = try #require(finished.events(named: "instance").first)
        #expect(instance["exact"] as? String == "unproven" && instance["record"] as? String == "pixels")
        #expect((instance["unproven"] as? [String])?.first?.contains("\(method) embedding was stripped") == true)
        let before = try Data(contentsOf: URL(filePath: original))
        let after = try #require(site.files(below: opened)["01.dcm"])
        #expect(before.count == after.count)
        let changed = sent.events(named: "instance").first?["changedSamples"] as? Int ?? 0
        let different = zip(before, after).count { $0 != $1 }
        #expect(different > 0 && different <= 2 * changed)
    }

    private static let jpeg2000Lossless = "1.2.840.10008.1.2.4.90"
    private static let highThroughputLossless = "1.2.840.10008.1.2.4.201"

    /// `open` makes of each file what `serve` made of it, which the corpus tests compare with the originals.
    private func expectOpening(_ folder: String, restores names: Set<String>) async throws {
        let site = try await CorpusTransfer.shared.site
        let opened = folder + "-opened"
        let finished = try await run(
            Programs.receive, ["open", folder, "--home", site.radiologistHome, "--into", opened, "--layout", "flat", "--json"])
        #expect(finished.status == 0, "\(finished.errors)")
        let files = site.files(below: opened)
        #expect(Set(files.keys) == names)
        let published = site.files(below: site.inbox)
        for (name, data) in files { #expect(data == published[name], "\(name)") }
        try? FileManager.default.removeItem(atPath: opened)
    }
}
