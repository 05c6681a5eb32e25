import Foundation
import Testing

@testable import Protocol

@Suite struct TrustStoreTests {
    @Test func emptyHomeTrustsNobody() throws {
        let store = try TrustStore(home: TemporaryHome().home)
        #expect(store.peers.isEmpty)
        #expect(!store.isTrusted(certificateDER: People.clinic.certificateDER))
    }

    @Test func findsPeersByNameCertificateAndFingerprint() throws {
        let home = try TemporaryHome()
        let store = try home.trust(People.clinic, People.radiologist)
        #expect(store.peers.map(\.name.text) == ["Rural Clinic", "radiologist.example.org"])
        #expect(store.peer(named: try PeerName("Rural Clinic"))?.fingerprint == People.clinic.fingerprint)
        #expect(store.peer(certificateDER: People.radiologist.certificateDER)?.name.text == "radiologist.example.org")
        #expect(store.peer(fingerprint: People.clinic.fingerprint) != nil)
        #expect(store.isTrusted(certificateDER: People.clinic.certificateDER))
        #expect(!store.isTrusted(certificateDER: People.stranger.certificateDER))
        #expect(!store.isTrusted(certificateDER: []))
        // The same after a restart.
        #expect(try TrustStore(home: home.home).peers == store.peers)
    }

    @Test func localNameDecides() throws {
        let home = try TemporaryHome()
        let store = try TrustStore(home: home.home)
        try store.trust(People.clinic.card(), as: PeerName("../../etc/passwd"))
        let files = try FileManager.default.contentsOfDirectory(atPath: home.home.trusted.path)
        #expect(files == ["%2e%2e%2f%2e%2e%2fetc%2fpasswd.card"])
        #expect(try TrustStore(home: home.home).peer(named: PeerName("../../etc/passwd"))?.card.name.text == "Rural Clinic")
    }

    @Test func nameOfAnotherIdentityIsNeverTakenOver() throws {
        let home = try TemporaryHome()
        let store = try home.trust(People.clinic)
        expect(.trustConflict) { try store.trust(People.stranger.card(), as: PeerName("Rural Clinic")) }
        expect(.trustConflict) { try store.trust(People.clinic.card(), as: PeerName("Second Name")) }
        #expect(try TrustStore(home: home.home).peers.map(\.fingerprint) == [People.clinic.fingerprint])
    }

    /// What the error says to do can be done.
    @Test func theErrorNamesTheCommand() throws {
        let home = try TemporaryHome()
        let store = try home.trust(People.clinic)
        let error = #expect(throws: ProtocolError.self) { try store.trust(People.stranger.card(), as: PeerName("Rural Clinic")) }
        #expect(error?.reason.contains("trust --replaces 'Rural Clinic'") == true)
        #expect(error?.reason.contains(People.clinic.fingerprint.description) == true)
        try store.replace(PeerName("Rural Clinic"), with: People.stranger.card())
        #expect(try TrustStore(home: home.home).peers.map(\.fingerprint) == [People.stranger.fingerprint])
    }

    @Test func conflictWithAnotherProcessIsNoticed() throws {
        let home = try TemporaryHome()
        let early = try TrustStore(home: home.home)
        _ = try home.trust(People.clinic)
        expect(.trustConflict) { try early.trust(People.stranger.card(), as: PeerName("Rural Clinic")) }
    }

    @Test func sameIdentityMayChangeItsAddress() throws {
        let home = try TemporaryHome()
        let store = try home.trust(People.clinic)
        try store.trust(People.clinic.card(address: PeerAddress("clinic.example:7")))
        #expect(store.peers.count == 1)
        #expect(try TrustStore(home: home.home).peers.first?.card.address?.port == 7)
    }

    @Test func reloadSeesNewCardsAndKeepsOldOnesWhenItFails() throws {
        let home = try TemporaryHome()
        let store = try home.trust(People.clinic)
        _ = try home.trust(People.radiologist)
        #expect(store.peers.count == 1)
        try store.reload()
        #expect(store.peers.count == 2)
        let damaged = home.home.trusted.appending(path: "x.card")
        try Data("-----BEGIN VEILRAY CARD-----".utf8).write(to: damaged)
        #expect(expect(.cardTruncated) { try store.reload() }?.subject?.hasSuffix("x.card") == true)
        #expect(store.peers.count == 2)
    }

    @Test func damagedCardKeepsNobodyTrusted() throws {
        let home = try TemporaryHome()
        let store = try home.trust(People.clinic, People.radiologist)
        let cards = home.home.trusted
        try Data("-----BEGIN VEILRAY CARD-----".utf8).write(to: cards.appending(path: "radiologist%2eexample%2eorg.card"))
        try FileManager.default.removeItem(at: cards.appending(path: "Rural%20Clinic.card"))
        expect(.cardTruncated) { try store.reload() }
        #expect(store.peers.map(\.name.text) == ["radiologist.example.org"], "as it was known; the other one is gone")
    }

    @Test func readsAgainOnlyWhatHasChanged() throws {
        let home = try TemporaryHome()
        let store = try home.trust(People.clinic)
        #expect(try store.reloadIfChanged())
        #expect(try !store.reloadIfChanged())
        _ = try home.trust(People.radiologist)
        #expect(try store.reloadIfChanged())
        #expect(store.peers.count == 2)
        #expect(try !store.reloadIfChanged())
        let damaged = home.home.trusted.appending(path: "x.card")
        try Data("-----BEGIN VEILRAY CARD-----".utf8).write(to: damaged)
        expect(.cardTruncated) { try store.reloadIfChanged() }
        #expect(try !store.reloadIfChanged(), "not for every stranger")
        try FileManager.default.removeItem(at: damaged)
        try FileManager.default.removeItem(at: home.home.trusted.appending(path: "Rural%20Clinic.card"))
        #expect(try store.reloadIfChanged())
        #expect(!store.isTrusted(certificateDER: People.clinic.certificateDER))
    }

    @Test func forgets() throws {
        let home = try TemporaryHome()
        let store = try home.trust(People.clinic)
        #expect(try store.forget(PeerName("Rural Clinic")))
        #expect(try !store.forget(PeerName("Rural Clinic")))
        #expect(!store.isTrusted(certificateDER: People.clinic.certificateDER))
        #expect(try TrustStore(home: home.home).peers.isEmpty)
    }

    @Test func otherFilesAreLeftAlone() throws {
        let home = try TemporaryHome()
        let store = try home.trust(People.clinic)
        try Data("notes".utf8).write(to: home.home.trusted.appending(path: "README"))
        try store.reload()
        #expect(store.peers.count == 1)
    }
}
