import Basics
import Crypto
import Foundation
import SeededRandomness
import Testing

@testable import Protocol

/// A clinic, a radiologist and a stranger; made once, since nothing changes them.
enum People {
    static let clinic = identity("Rural Clinic")
    static let radiologist = identity("radiologist.example.org")
    static let stranger = identity("Stranger")

    static func identity(_ name: String) -> Identity {
        do { return try Identity.create(name: PeerName(name)) } catch { fatalError("\(error)") }
    }
}

enum Fixtures {
    static let capabilities = Capabilities(codecs: ["j2k", "none"], methods: ["reversible", "lsb"], features: ["probe"])
    static let sink = SessionRoles.sink(capabilities)
    static let report = InstanceReport(
        method: "reversible", codec: "j2k", placement: .pixels, hiddenBits: 8_192, originalBytes: 524_288, changedSamples: 4_000,
        maximumChange: 1, peakSignalToNoiseRatio: 66.5)
    static let binding = ChannelBinding(
        exporter: Array(repeating: 7, count: 32), initiatorCertificate: People.clinic.certificateDigest,
        responderCertificate: People.radiologist.certificateDigest)

    static func studyKey(_ byte: UInt8 = 42) -> SymmetricKey { SymmetricKey(data: Array(repeating: byte, count: 32)) }

    static func studyUID() throws -> StudyUID { try StudyUID("2.25.123456789") }

    static func digest(_ text: String) -> ContentDigest { ContentDigest(of: Array(text.utf8)) }

    static func manifest(count: Int, by identity: Identity = People.clinic) throws -> Manifest {
        let entries = try (0..<count).map {
            try ManifestEntry(path: "series/image \($0).dcm", byteCount: 1_000, digest: digest("original \($0)"))
        }
        return try Manifest(studyUID: studyUID(), entries: entries, signedBy: identity)
    }

    static func header(_ index: Int, _ bytes: [UInt8], offset: UInt64 = 0) -> InstanceHeader {
        InstanceHeader(
            index: index, byteCount: UInt64(bytes.count), digest: ContentDigest(of: bytes), offset: offset, report: report)
    }

    static func restored(_ index: Int) -> InstanceOutcome {
        .restored(digest: digest("original \(index)"), exactness: .bytes)
    }

    static func peer(_ identity: Identity) throws -> TrustedPeer { TrustedPeer(card: try identity.card()) }
}

/// A directory that is gone after the test.
final class TemporaryHome {
    let url: URL
    let home: Home

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "veilray-test-\(UUID().uuidString)", directoryHint: .isDirectory)
        home = Home(url)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// A store that trusts these.
    func trust(_ identities: Identity...) throws -> TrustStore {
        let store = try TrustStore(home: home)
        for identity in identities { try store.trust(identity.card()) }
        return store
    }

    static func permissions(_ url: URL) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int)
    }
}

extension SplitMix64 {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}

/// Expects a ``ProtocolError`` with this code.
@discardableResult
func expect<Result>(
    _ code: ProtocolError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Result
) -> ProtocolError? {
    do {
        _ = try body()
        Issue.record("nothing was thrown instead of \(code)", sourceLocation: sourceLocation)
    } catch let error as ProtocolError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
    }
    return nil
}

@discardableResult
func expect<Result: Sendable>(
    _ code: ProtocolError.Code, sourceLocation: SourceLocation = #_sourceLocation, isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Result
) async -> ProtocolError? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown instead of \(code)", sourceLocation: sourceLocation)
    } catch let error as ProtocolError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
    }
    return nil
}
