import Foundation
import Testing

@testable import Protocol

@Suite struct TrustChangesTests {
    private let home: TemporaryHome
    private let store: TrustStore
    private let noon = Date(timeIntervalSince1970: 1_795_000_000)

    init() throws {
        home = try TemporaryHome()
        store = try TrustStore(home: home.home)
    }

    private var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: home.home.trusted.path).sorted() }
    }

    /// Puts a card there as an earlier release, or a person, has done.
    private func place(_ card: Card, under name: String) throws {
        try FileManager.default.createDirectory(at: home.home.trusted, withIntermediateDirectories: true)
        let file = try PeerName(found: name).fileName + ".card"
        try Data(card.text().utf8).write(to: home.home.trusted.appending(path: file))
    }

    // MARK: Later and earlier cards

    @Test func theLaterCardCounts() throws {
        let (early, late) = (try People.clinic.card(date: noon), try People.clinic.card(date: noon + 60))
        #expect(try store.standing(of: early) == .new)
        try store.trust(early)
        #expect(try store.standing(of: early) == .known(TrustedPeer(card: early)))
        try store.trust(late)
        #expect(store.peers.map(\.card) == [late])
        let error = expect(.cardOutdated) { try store.trust(early) }
        #expect(error?.reason.contains("2026-11-18T") == true && error?.reason.contains("trust remove") == true)
        #expect(Set(error?.reason.matches(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/).map { String($0.output) } ?? []).count == 2, "both dates")
        expect(.cardOutdated) { try store.standing(of: early) }
        expect(.cardOutdated) { try store.replace(PeerName("Rural Clinic"), with: early) }
        #expect(try TrustStore(home: home.home).peers.map(\.card) == [late])
        #expect(try store.trust(late).card == late)
    }

    @Test func aLaterCardNeedsNoLocalName() throws {
        try store.trust(People.clinic.card(date: noon), as: PeerName("lee"))
        try store.trust(People.clinic.card(date: noon + 1))
        #expect(store.peers.map(\.name.text) == ["lee"])
    }

    // MARK: Names

    @Test func namesThatLookAlikeAreNotTrustedSideBySide() throws {
        try store.trust(People.clinic.card(), as: PeerName("Scope 1"))
        for name in ["scope 1", "SCOPE I", "\u{405}\u{441}\u{43E}\u{440}\u{435} 1"] {
            let error = expect(.trustConflict) { try store.trust(People.stranger.card(), as: PeerName(name)) }
            #expect(error?.reason.contains("'Scope 1'") == true)
        }
        try store.trust(People.stranger.card(), as: PeerName("Scope 2"))
        expect(.trustConflict) { try store.rename(store.peers[1], to: PeerName("scope l")) }
        #expect(store.peers.map(\.name.text) == ["Scope 1", "Scope 2"])
    }

    @Test func renames() throws {
        let peer = try store.trust(People.clinic.card())
        let renamed = try store.rename(peer, to: PeerName("RURAL clinic"))
        #expect(renamed.name.text == "RURAL clinic")
        #expect(try files == ["RURAL%20clinic.card"])
        #expect(try TrustStore(home: home.home).peer(fingerprint: People.clinic.fingerprint)?.name.text == "RURAL clinic")
        try store.trust(People.stranger.card(), as: PeerName("other"))
        expect(.trustConflict) { try store.rename(renamed, to: PeerName("other")) }
    }

    /// Two forms of one name, two files of one identity: removing takes both, renaming leaves one.
    @Test func oneIdentityInTwoFiles() throws {
        let (early, late) = (try People.clinic.card(date: noon), try People.clinic.card(date: noon + 60))
        func placeBoth() throws {
            try place(late, under: "Klinik u\u{308}")
            try place(early, under: "Klinik \u{FC}")
            try store.reload()
        }
        try placeBoth()
        #expect(store.peers.count == 2)
        #expect(store.peer(fingerprint: early.fingerprint)?.card == late)
        #expect(store.peer(certificateDER: early.certificateDER)?.card == late)
        let survey = try TrustSurvey(home: home.home)
        #expect(survey.peers(called: "Klinik \u{FC}").count == 2, "whatever form is asked for")
        #expect(survey.otherNames(of: survey.peers[0]) == [survey.peers[1].name])
        try store.rename(survey.peers[0], to: PeerName("klinik"))
        #expect(store.peers.map(\.card) == [late])
        #expect(try files == ["klinik.card"])
        try placeBoth()
        #expect(try store.forget(PeerName("klinik")))
        #expect(try files.isEmpty)
        #expect(!store.isTrusted(certificateDER: early.certificateDER))
        try placeBoth()
        let both = try TrustSurvey(home: home.home)
        try both.remove([both.peers[0]], and: [])
        #expect(try files.isEmpty)
    }

    @Test func aFileThatIsNoCardIsFoundAndRemoved() throws {
        try store.trust(People.clinic.card())
        try Data("-----BEGIN VEILRAY CARD-----".utf8).write(to: home.home.trusted.appending(path: "lee.card"))
        expect(.cardTruncated) { try TrustStore(home: home.home) }
        let survey = try TrustSurvey(home: home.home)
        #expect(survey.peers.map(\.fingerprint) == [People.clinic.fingerprint])
        #expect(survey.unreadable.map(\.name) == ["lee"])
        try survey.remove([], and: survey.unreadable)
        #expect(try TrustStore(home: home.home).peers.count == 1)
    }

    // MARK: New keys

    @Test func newKeysTakeTheNameOver() throws {
        try store.trust(People.clinic.card(), as: PeerName("lee"))
        try store.trust(People.radiologist.card(), as: PeerName("kim"))
        try place(People.clinic.card(), under: "lee 2")
        expect(.trustConflict) { try store.replace(PeerName("lee"), with: People.radiologist.card()) }
        let peer = try store.replace(PeerName("lee"), with: People.stranger.card())
        #expect(peer.name.text == "lee" && peer.fingerprint == People.stranger.fingerprint)
        #expect(!store.isTrusted(certificateDER: People.clinic.certificateDER), "under no name")
        #expect(try TrustStore(home: home.home).peers.map(\.name.text) == ["kim", "lee"])
        #expect(try store.replace(PeerName("lee"), with: peer.card) == peer, "once more changes nothing")
    }

    /// After the old card was removed.
    @Test func newKeysUnderANameThatIsFree() throws {
        try store.replace(PeerName("lee"), with: People.stranger.card())
        #expect(try files == ["lee.card"])
        #expect(try TemporaryHome.permissions(home.home.trusted.appending(path: "lee.card")) == 0o600)
    }
}
