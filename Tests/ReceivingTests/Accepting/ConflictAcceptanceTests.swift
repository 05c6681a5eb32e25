import Basics
import Concurrency
import Files
import Foundation
import GRDB
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// A correction takes the place of the file that it corrects: whole, once, and from wherever it was interrupted.
@Suite struct ConflictAcceptanceTests {
    private static let uid = "2.25.1.1"

    private let folder: TemporaryFolder
    private let inbox: SQLiteInbox
    private let acceptance: ConflictAcceptance
    private var into: String { folder.path + "/in" }
    private var place: String { into + "/P/S/image.dcm" }
    private var aside: String { into + "/conflicts/P/S/image.dcm" }

    init() throws {
        folder = try TemporaryFolder()
        inbox = try SQLiteInbox(state: folder.url.appending(path: "state"))
        acceptance = ConflictAcceptance(inbox: Inbox(inbox), pool: WorkerPool(label: "test", width: 1))
    }

    private func put(_ content: String, at path: String) throws {
        try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
        try Data(content.utf8).write(to: URL(filePath: path))
    }

    private func content(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    private func digest(_ content: String) -> ContentDigest { ContentDigest(of: Array(content.utf8)) }

    /// One file of one study, restored and published.
    @discardableResult
    private func publish(_ content: String, at path: String, forwards: Bool = false, mark: Bool = false) async throws -> TestStudy {
        let study = try TestStudy(["image.dcm"], contents: ["image.dcm": content])
        try put(content, at: path)
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        _ = try await inbox.commit([study.restored(0, at: path, uid: Self.uid)])
        let finished = try #require(try await inbox.finishedStudy(study.transfer))
        if mark {
            _ = try CompletionMarker.write(finished, finished.instances, Publisher(folder: into, layout: .patient))
        }
        #expect(try await inbox.reported(finished, moved: [:], forwards: forwards))
        return study
    }

    /// One file of one study that was set aside.
    @discardableResult
    private func setAside(_ content: String, at path: String) async throws -> TestStudy {
        let study = try TestStudy(["image.dcm"], contents: ["image.dcm": content])
        try put(content, at: path)
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        var commit = InstanceCommit(
            transfer: study.transfer, position: 0, result: CommittedOutcome(.failed(InstanceFailure(.conflict, "another one"))),
            stegoBytes: 100, published: path, sopInstanceUID: Self.uid)
        commit.setAside = .restored(digest: digest(content), exactness: .bytes)
        _ = try await inbox.commit([commit])
        return study
    }

    private func accept(_ path: String? = nil) async throws -> ConflictAcceptance.Result {
        let files = try await acceptance.candidates([path ?? aside])
        return try await acceptance.accept(try #require(files.first))
    }

    private func expectExchanged(_ earlier: String = "earlier", _ later: String = "later") throws {
        #expect(content(place) == later)
        #expect(!FileManager.default.fileExists(atPath: aside))
        let version = Publisher.adding(digest(earlier).description, to: into + "/versions/P/S/image.dcm")
        #expect(content(version) == earlier)
    }

    @Test func theAcceptedFileTakesThePlace() async throws {
        let first = try await publish("earlier", at: place, mark: true)
        let second = try await setAside("later", at: aside)
        let result = try await accept()
        #expect(result.path == place)
        #expect(!result.isKnown && !result.forwards)
        try expectExchanged()
        #expect(content(try #require(result.previous)) == "earlier")
        // Neither receipt is another one now.
        let outcome = try await inbox.instances(of: first.transfer).first?.outcome?.outcome
        #expect(outcome == .restored(digest: digest("earlier"), exactness: .bytes))
        #expect(try await inbox.instances(of: second.transfer).first?.state == .failed)
        let statuses = try await inbox.studies(limit: 10)
        #expect(statuses.map(\.accepted).sorted() == [0, 1])
        #expect(statuses.map(\.replaced).sorted() == [0, 1])
        #expect(statuses.map { $0.describedState(isTrusted: true) }.sorted() == ["complete (replaced: 1)", "incomplete (accepted: 1)"])
    }

    @Test func theMarkerTellsIt() async throws {
        _ = try await publish("earlier", at: place, mark: true)
        try await setAside("later", at: aside)
        _ = try await accept()
        let marker = try JSONDecoder().decode(
            CompletionMarker.self, from: try #require(FileManager.default.contents(atPath: into + "/P/S/.veilray-complete.json")))
        #expect(
            marker.files == [
                CompletionMarker.File(path: "image.dcm", sha256: digest("later").description, replaces: digest("earlier").description)
            ])
    }

    @Test func aMarkerThatIsWrittenLaterTellsItToo() async throws {
        let study = try TestStudy(["image.dcm", "rest.dcm"], contents: ["image.dcm": "earlier"])
        try put("earlier", at: place)
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        _ = try await inbox.commit([study.restored(0, at: place, uid: Self.uid)])
        try await setAside("later", at: aside)
        _ = try await accept()
        _ = try await inbox.commit([study.restored(1, at: into + "/P/S/rest.dcm")])
        let finished = try #require(try await inbox.finishedStudy(study.transfer))
        #expect(finished.instances.first?.digest == digest("later"))
        #expect(finished.instances.first?.replaces == digest("earlier"))
    }

    // MARK: Afterwards

    @Test func sentAgainItIsKnown() async throws {
        try await publish("earlier", at: place)
        try await setAside("later", at: aside)
        _ = try await accept()
        let known = Deduplicator(inbox: inbox, pool: WorkerPool(label: "test", width: 1), root: GuardedFolder(path: into))
        let again = try TestStudy(["image.dcm"], contents: ["image.dcm": "later"])
        _ = try await inbox.open(again.manifest, peer: "clinic", key: again.key)
        #expect(try await known.commitKnown(of: again.transfer).finished == [again.transfer: .complete])
        let old = try TestStudy(["image.dcm"], contents: ["image.dcm": "earlier"])
        _ = try await inbox.open(old.manifest, peer: "clinic", key: old.key)
        #expect(try await known.commitKnown(of: old.transfer).instances.isEmpty, "what was replaced is not current")
        // From another sender both come whole: the one belongs there, the other is a conflict.
        let claims = [("later", again.transfer), ("earlier", old.transfer)].map {
            UIDClaim(transfer: TransferID(), position: 0, digest: digest($0.0), uid: Self.uid)
        }
        #expect(try await inbox.claim(claims) == [nil, place])
    }

    @Test func theSearchForKnownFilesUsesItsIndex() async throws {
        let plan = try await inbox.database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    EXPLAIN QUERY PLAN SELECT 1 FROM instance AS new JOIN instance AS old
                    ON old.digest = new.digest AND (old.state = 'restored' OR old.accepted IS NOT NULL)
                    WHERE new.transfer = ''
                    """
            ).map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("instanceDigest") }, "\(plan)")
    }

    @Test func itIsForwardedWhereTheEarlierOneWas() async throws {
        let study = try await publish("earlier", at: place, forwards: true)
        let waiting = try #require(try await inbox.forwardingStudy(study.transfer))
        #expect(try inbox.forwarded(waiting.files.map { AcceptedFile(file: $0, note: nil) }, of: study.transfer))
        try await setAside("later", at: aside)
        #expect(try await accept().forwards)
        let again = try #require(try await inbox.forwardingStudy(study.transfer))
        #expect(again.files.map(\.path) == [place])
        // What was on its way when the file was exchanged does not count for the new one.
        #expect(try !inbox.forwarded(waiting.files.map { AcceptedFile(file: $0, note: nil) }, of: study.transfer))
        #expect(try inbox.forwarded(again.files.map { AcceptedFile(file: $0, note: nil) }, of: study.transfer))
    }

    @Test func aThirdVersionReplacesTheSecond() async throws {
        try await publish("earlier", at: place)
        try await setAside("later", at: aside)
        _ = try await accept()
        try await setAside("latest", at: aside)
        _ = try await accept()
        try expectExchanged("later", "latest")
        #expect(folder.files.filter { $0.hasPrefix("in/versions/") }.count == 2)
        // And back to the first.
        try await setAside("earlier", at: aside)
        _ = try await accept()
        try expectExchanged("latest", "earlier")
        let claim = UIDClaim(transfer: TransferID(), position: 0, digest: digest("earlier"), uid: Self.uid)
        #expect(try await inbox.claim([claim]) == [nil])
    }

    @Test func everyCopyOfTheEarlierOneGoes() async throws {
        let copy = into + "/other/image.dcm"
        try await publish("earlier", at: place)
        try await publish("earlier", at: copy)
        try await setAside("later", at: aside)
        _ = try await accept()
        try expectExchanged()
        #expect(content(copy) == "later")
        #expect(folder.files.filter { $0.hasPrefix("in/versions/") }.count == 2)
    }

    @Test func whereTheEarlierOneWasMovedAwayNothingIsKept() async throws {
        try await publish("earlier", at: place)
        try await setAside("later", at: aside)
        unlink(place)
        #expect(try await accept().previous == nil)
        #expect(content(place) == "later")
    }

    /// The folder that it was published in may be on a share that is away: it is not made again.
    @Test func whereTheEarlierFolderIsGoneNothingIsMadeElsewhere() async throws {
        let elsewhere = folder.path + "/share/P/S/image.dcm"
        try await publish("earlier", at: elsewhere)
        try await setAside("later", at: aside)
        try FileManager.default.removeItem(atPath: folder.path + "/share")
        #expect(try await accept().path == place)
        #expect(content(place) == "later")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/share"))
    }

    /// What stands there and is no version of the file is not replaced.
    @Test func somethingElseAtItsPlaceIsLeftAlone() async throws {
        try await publish("earlier", at: place)
        try await setAside("later", at: aside)
        unlink(place)
        #expect(symlink("/elsewhere", place) == 0)
        let failure = await #expect(throws: OperationFailure.self) { try await accept() }
        #expect(failure?.kind == .fileAccess)
        #expect(content(aside) == "later")
        #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: place)) == "/elsewhere")
    }

    // MARK: Interrupted

    /// Killed after each step that changes the disk; the same once more completes it.
    @Test(arguments: 1...3) func whatWasBegunIsCompleted(_ steps: Int) async throws {
        try await publish("earlier", at: place, mark: true)
        try await setAside("later", at: aside)
        let version = Publisher.adding(digest("earlier").description, to: into + "/versions/P/S/image.dcm")
        try AtomicFile.makeDirectories(AtomicFile.parent(of: version))
        #expect(link(place, version) == 0)
        if steps > 1 { #expect(rename(aside, place) == 0) }
        if steps > 2 { _ = try await inbox.accept(try #require(try await inbox.setAsideFiles().first), at: place) }
        let result = try await accept()
        #expect(result.path == place)
        #expect(result.isKnown == (steps > 2))
        try expectExchanged()
        #expect(content(into + "/P/S/.veilray-complete.json")?.contains(digest("later").description) == true)
        #expect(folder.files.filter { $0.hasPrefix("in/versions/") }.count == 1)
        #expect(try await accept().isKnown)
        try expectExchanged()
    }

    // MARK: What is refused

    @Test func onlyWhatWasSetAside() async throws {
        try await publish("earlier", at: place)
        try await setAside("later", at: aside)
        try put("planted", at: into + "/conflicts/planted.dcm")
        let below = ["planted.dcm", "../P/S/image.dcm", "P/S/im"].map { "\(into)/conflicts/\($0)" }
        for path in [place, into, "/", "conflicts"] + below {
            let failure = await #expect(throws: OperationFailure.self, "\(path)") { try await acceptance.candidates([path]) }
            #expect(failure?.kind == .invalidRequest)
        }
        for path in [aside, into + "/conflicts", into + "/conflicts/P/", into + "/P/../conflicts/P/S/image.dcm"] {
            #expect(try await acceptance.candidates([path]).map(\.path) == [aside], "\(path)")
        }
        let link = folder.path + "/link"
        #expect(symlink(into, link) == 0)
        #expect(try await acceptance.candidates([link + "/conflicts/P"]).map(\.path) == [aside])
    }

    @Test func aFileThatWasChangedSinceIsLeftAlone() async throws {
        try await publish("earlier", at: place)
        try await setAside("later", at: aside)
        try put("tampered", at: aside)
        let failure = await #expect(throws: OperationFailure.self) { try await accept() }
        #expect(failure?.kind == .badData)
        #expect(content(place) == "earlier")
        unlink(aside)
        let missing = await #expect(throws: OperationFailure.self) { try await accept() }
        #expect(missing?.kind == .fileAccess)
        #expect(content(place) == "earlier")
    }

    @Test func twoVersionsOfOneInstanceAreAQuestion() async throws {
        try await publish("earlier", at: place)
        try await setAside("later", at: aside)
        try await setAside("latest", at: into + "/conflicts/P/S/image-2.dcm")
        let failure = await #expect(throws: OperationFailure.self) { try await acceptance.candidates([into + "/conflicts"]) }
        #expect(failure?.kind == .invalidRequest)
        #expect(try await accept().path == place)
        try expectExchanged()
    }

    @Test func aStudyThatIsStillArrivingIsWaitedFor() async throws {
        let study = try TestStudy(["image.dcm", "rest.dcm"], contents: ["image.dcm": "earlier"])
        let staged = "\(into)/\(StagingFolder.path(of: study.transfer))/P/S/image.dcm"
        try put("earlier", at: staged)
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        _ = try await inbox.commit([study.restored(0, at: staged, uid: Self.uid)])
        try await setAside("later", at: aside)
        let failure = await #expect(throws: OperationFailure.self) { try await accept() }
        #expect(failure?.kind == .temporary)
        #expect(content(staged) == "earlier" && content(aside) == "later")
    }

    @Test func oneAtATime() throws {
        let lock = try AcceptanceLock.take(in: folder.url)
        let failure = #expect(throws: OperationFailure.self) { try AcceptanceLock.take(in: folder.url) }
        #expect(failure?.kind == .temporary)
        withExtendedLifetime(lock) {}
    }
}
