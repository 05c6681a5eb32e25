import Foundation
import TestSupport
import Testing

/// Every real file, sent by `veilray-send study` and received by `veilray-receive serve`, and judged by `sha256sum` and pydicom.
@Suite(.needsCorpus) struct CorpusTests {
    /// Files that are damaged are named with a reason; no other fails, and what is no DICOM is passed over.
    @Test func onlyDamagedFilesFail() async throws {
        let transfer = try await CorpusTransfer.shared
        #expect(transfer.sent.status == 65, "\(transfer.sent.errors)")
        #expect(transfer.received.status == 0, "\(transfer.received.errors)")
        let failures = transfer.sent.events(named: "instance").filter { $0["status"] as? String == "failed" }
        #expect(Set(failures.compactMap { $0["name"] as? String }) == Corpus.damaged)
        for failure in failures {
            let name = try #require(failure["name"] as? String)
            #expect((failure["reason"] as? String)?.isEmpty == false, "\(name)")
            #expect(transfer.sent.errors.contains("Error: \(name): "))
        }
    }

    @Test func everyOtherFileArrives() async throws {
        let transfer = try await CorpusTransfer.shared
        #expect(Set(try transfer.delivered.compactMap(\.name)) == Set(Corpus.whole))
        #expect(Set(transfer.site.files(below: transfer.site.inbox).keys) == Set(Corpus.whole))
        #expect(Set(transfer.site.files(below: transfer.stego).keys) == Set(Corpus.whole))
    }

    @Test(.needsJudges, .needs("sha256sum"))
    func nativeFilesArriveByteForByte() async throws {
        let transfer = try await CorpusTransfer.shared
        let originals = try await digests(below: try #require(Corpus.folder))
        let restored = try await digests(below: transfer.site.inbox)
        let native = try await judgements().filter(\.native)
        #expect(native.count > Corpus.whole.count / 2)
        let exactness = Dictionary(uniqueKeysWithValues: try transfer.delivered.map { ($0.name, $0.exact) })
        for file in native {
            #expect(originals[file.name] != nil)
            #expect(restored[file.name] == originals[file.name], "\(file.name)")
            #expect(exactness[file.name] == "bytes", "\(file.name)")
        }
    }

    @Test(.needsJudges)
    func encapsulatedFilesArriveElementForElementAndPixelForPixel() async throws {
        let transfer = try await CorpusTransfer.shared
        let encapsulated = try await judgements().filter { !$0.native }
        #expect(!encapsulated.isEmpty)
        let exactness = Dictionary(uniqueKeysWithValues: try transfer.delivered.map { ($0.name, $0.exact) })
        for file in encapsulated {
            #expect(file.differences.isEmpty, "\(file.name)")
            #expect(file.identical || exactness[file.name] == "pixels+elements", "\(file.name)")
        }
    }

    private func judgements() async throws -> [RestoredJudgement] {
        let transfer = try await CorpusTransfer.shared
        let corpus = try #require(Corpus.folder)
        let cases = Corpus.whole.map {
            ["name": $0, "original": "\(corpus)/\($0)", "restored": "\(transfer.site.inbox)/\($0)"]
        }
        return try await Judges.judge("restored.py", cases, in: transfer.site.folder)
    }

    /// What the command `sha256sum` says of the DICOM files below a folder.
    private func digests(below folder: String) async throws -> [String: Substring] {
        let finished = try await run("/bin/sh", ["-c", "cd \"$1\" && find . -name '*.dcm' -exec sha256sum {} +", "sh", folder])
        try #require(finished.status == 0, "\(finished.errors)")
        // A line is the digest, two characters that tell the mode, and the path.
        let lines = finished.output.split(separator: "\n").map { line in (String(line.dropFirst(64 + 2 + 2)), line.prefix(64)) }
        return Dictionary(uniqueKeysWithValues: lines)
    }
}
