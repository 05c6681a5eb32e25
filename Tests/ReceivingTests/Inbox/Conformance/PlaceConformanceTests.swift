import Foundation
import Protocol
import Testing

@testable import Receiving

/// Studies whose files have places of their own.
@Suite struct PlaceConformanceTests {
    private func open(_ study: TestStudy, _ folder: String, _ name: String, limit: Int = 10, _ inbox: any InboxStore) async throws {
        _ = try await inbox.open(
            study.manifest, peer: "radiologist", key: study.key, place: StudyPlace(folder: folder, name: name, limit: limit))
    }

    @Test(arguments: InboxEngine.all) func noTwoStudiesShareAPlace(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let studies = try (0..<3).map { try TestStudy(["\($0).dcm"]) }
        try await open(studies[0], "1.2", "v1-final", journal.reopened())
        try await open(studies[1], "1.2", "v1-final", journal.reopened())
        try await open(studies[2], "1.20", "v1-final", journal.reopened())
        let inbox = try journal.reopened()
        #expect(try await inbox.place(of: studies[0].transfer) == "1.2/v1-final")
        #expect(try await inbox.place(of: studies[1].transfer) == "1.2/v1-final-\(studies[1].transfer.short)")
        #expect(try await inbox.place(of: studies[2].transfer) == "1.20/v1-final")
        #expect(try await inbox.place(of: TransferID()) == nil)
    }

    /// A study that is opened again keeps its place, also where none is given.
    @Test(arguments: InboxEngine.all) func aPlaceIsForGood(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm"])
        try await open(study, "1.2", "v1-final", journal.reopened())
        try await open(study, "1.3", "v2-final", journal.reopened())
        _ = try await journal.reopened().open(study.manifest, peer: "radiologist", key: study.key)
        #expect(try await journal.reopened().place(of: study.transfer) == "1.2/v1-final")
        // What waits to be restored after a crash knows it, too.
        try await journal.reopened().advance([(0, study.part(0, durable: 100), true)], of: study.transfer)
        #expect(try await journal.reopened().unrestored().map(\.instance.place) == ["1.2/v1-final"])
    }

    @Test(arguments: InboxEngine.all) func aFolderHasItsLimit(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let inbox = try journal.reopened()
        for number in 1...3 { try await open(TestStudy(["\(number).dcm"]), "1.2", "v\(number)-final", limit: 3, inbox) }
        let fourth = try TestStudy(["4.dcm"])
        await #expect(throws: ReceivingError.folderIsFull(3)) { try await open(fourth, "1.2", "v4-final", limit: 3, inbox) }
        #expect(try await !inbox.knows(fourth.transfer), "nothing was entered")
        try await open(fourth, "1.3", "v4-final", limit: 3, inbox)
    }

    /// Whoever answers chooses names; none of them leads out of the folder.
    @Test(arguments: InboxEngine.all) func namesAreOneStepEach(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm"])
        try await open(study, "../..", "../v1", journal.reopened())
        let place = try #require(try await journal.reopened().place(of: study.transfer))
        #expect(place.split(separator: "/").count == 2 && !place.contains(".."))
    }
}
