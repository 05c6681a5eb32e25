import Basics
import Crypto
import Foundation
import Protocol
import SecureChannel
import TestSupport
import Testing

/// A trusted sender that opens studies and sends nothing of them: what is not under credit must be bounded all the same.
@Suite(.timeLimit(.minutes(10))) struct HostileManifestTests {
    /// The clinic's identity in the hands of the test.
    private struct Opener: Sendable {
        let identity: Identity
        let peer: TrustedPeer
        let port: UInt16

        init(_ site: Site, _ address: String) throws {
            let home = Home(URL(filePath: site.clinicHome, directoryHint: .isDirectory))
            identity = try Identity.load(from: home)
            peer = try #require(try TrustStore(home: home).peers.first)
            port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        }

        func manifest(_ count: Int, _ round: Int) throws -> Manifest {
            let digest = ContentDigest(of: [UInt8(truncatingIfNeeded: round)])
            let entries = try (0..<count).map { try ManifestEntry(path: "\($0)", byteCount: 1, digest: digest) }
            return try Manifest(studyUID: try StudyUID("2.25.4711"), entries: entries, signedBy: identity)
        }

        func session() async throws -> Session {
            let card = peer.card
            let connection = try await SecureConnector.connect(
                host: "127.0.0.1", port: port,
                credentials: TLSCredentials(certificateChainPEM: identity.tlsCertificatePEM, privateKeyPEM: identity.tlsPrivateKeyPEM),
                policy: .pinned { ContentDigest(of: $0) == card.certificateDigest })
            return try await Session.initiate(
                over: connection, identity: identity, peer: peer, roles: .source(Capabilities(codecs: ["j2k"], methods: ["reversible"])))
        }

        /// Opens a study and leaves. Returns what the receiver said against it.
        func open(_ manifest: Manifest) async throws -> AbortCode? {
            let session = try await session()
            do {
                _ = try await session.openStudy(manifest, studyKey: SymmetricKey(size: .bits256))
                await session.end()
                return nil
            } catch let error as ProtocolError where error.code == .peerAborted {
                return error.abortCode
            }
        }
    }

    /// Opens one and leaves, when the receiver has noticed that the ones before have left.
    private func openInTurn(_ opener: Opener, _ round: Int) async throws {
        let manifest = try opener.manifest(Self.most, round)
        while let code = try await opener.open(manifest) {
            try #require(code == .refused)
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// As the protocol allows.
    private static let most = 100_000
    /// Studies, one after the other, and then as many at once; `VEILRAY_MANIFESTS=12` for more.
    private static let rounds = ProcessInfo.processInfo.environment["VEILRAY_MANIFESTS"].flatMap(Int.init) ?? 5

    private func journalBytes(_ site: Site) -> Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            let path = site.receiverState + "/inbox.sqlite" + suffix
            return sum + ((try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0)
        }
    }

    @Test func manifestsAreBounded() async throws {
        let site = try await Site.withTrust()
        let (receiver, address) = try await site.startReceiver(["--minimum-free", "0"], deadline: .seconds(600))
        let opener = try Opener(site, address)
        for round in 0..<2 { try await openInTurn(opener, round) }
        let (firstMemory, firstJournal) = (try #require(receiver.peakMemory), journalBytes(site))
        for round in 2..<Self.rounds { try await openInTurn(opener, round) }
        let (memory, journal) = (try #require(receiver.peakMemory), journalBytes(site))
        // All of them at once.
        let answers = try await withThrowingTaskGroup(of: AbortCode?.self) { group in
            for round in Self.rounds..<2 * Self.rounds { group.addTask { try await opener.open(try opener.manifest(Self.most, round)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let (lastMemory, lastJournal) = (try #require(receiver.peakMemory), journalBytes(site))
        print(
            "manifestsAreBounded: memory \(firstMemory >> 20) MiB after 2, \(memory >> 20) after \(Self.rounds),",
            "\(lastMemory >> 20) after as many at once; journal \(firstJournal >> 20) MiB, \(journal >> 20), \(lastJournal >> 20)")
        // One after the other they need what one needs. At once each session has its message of 4.4 MB, and is refused before it decodes it,
        // but for those few that have a place.
        #expect(memory < firstMemory + (100 << 20))
        #expect(lastMemory < firstMemory + (64 << 20) + Self.rounds * (10 << 20))
        #expect(journal < 160 << 20)
        #expect(lastJournal < 160 << 20)
        // To come again, if anything.
        #expect(answers.allSatisfy { $0 == nil || $0 == .refused }, "\(answers)")
        // And everybody else is served.
        try site.writeStudy(3)
        #expect(try await site.send([site.originals], to: address).status == 0)
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
    }

    @Test(.needsSmallDisk) func withoutRoomNoStudyIsOpened() async throws {
        let site = try await Site.withTrust()
        let disk = try await site.smallDisk("60m")
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let state = site.radiologistHome + "/state"
        let command = "mkdir -p \(disk)/state \(state) && mount --bind \(disk)/state \(state)"
        #expect(try await run("/bin/sh", ["-c", command]).status == 0)
        defer { umount2(state, Int32(MNT_DETACH)) }
        let (receiver, address) = try await site.startReceiver(["--minimum-free", "30MB"])
        let opener = try Opener(site, address)
        // There is room enough now, and there would be too little with this one.
        let before = journalBytes(site)
        let opening = Task { try await opener.open(try opener.manifest(Self.most, 1)) }
        // Meanwhile others go on.
        try site.writeStudy(2)
        #expect(try await site.send([site.originals], to: address).status == 0)
        #expect(try await opening.value == .storageFull)
        #expect(journalBytes(site) - before < 4 << 20)
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
    }
}
