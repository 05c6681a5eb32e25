import Foundation
import Synchronization
import TestSupport
import Testing

/// The whole corpus, sent once by the real programs for all the tests that judge what became of it.
final class CorpusTransfer: Sendable {
    let site: Site
    /// Where the stego files were kept.
    let stego: String
    let sent: Finished
    let received: Finished

    static var shared: CorpusTransfer { get async throws { try await transfer.value } }
    private static let transfer = Task { try await CorpusTransfer() }
    private static let folderToRemove = Mutex("")

    private init() async throws {
        let corpus = try #require(Corpus.folder)
        site = try await Site.withTrust()
        // This object lives to the process's end, which runs no deinit.
        Self.folderToRemove.withLock { [site] in $0 = site.folder }
        atexit { CorpusTransfer.folderToRemove.withLock { try? FileManager.default.removeItem(atPath: $0) } }
        stego = site.folder + "/stego"
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--keep-stego", stego, "--keep-names"])
        // Filled regions differ from the original by design; RedactionTests have them.
        sent = try await site.send(Corpus.folders.map { "\(corpus)/\($0)" } + ["--burned-in", "keep"], to: address)
        receiver.signal(SIGTERM)
        received = await receiver.finish()
    }

    /// What the sender says of each file that was delivered.
    var delivered: [Announcement] { get throws { try Announcement.all(in: sent) } }
}

/// The sender's figures for one file.
struct Announcement: Decodable, Sendable {
    let event: String
    let status: String?
    let name: String?
    let record: String?
    let exact: String?
    let transferSyntax: String?
    let psnr: Double?
    let maximumChange: Int?
    let changedSamples: Int?
    let notes: [String]?

    /// Those of all files that were delivered or sealed.
    static func all(in finished: Finished) throws -> [Announcement] {
        try finished.output.split(separator: "\n").map { try JSONDecoder().decode(Announcement.self, from: Data($0.utf8)) }
            .filter { $0.event == "instance" && ($0.status == "delivered" || $0.status == "sealed") }
    }
}
