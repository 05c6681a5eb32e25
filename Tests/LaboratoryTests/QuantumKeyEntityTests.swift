import Ciphers
import Concurrency
import Foundation
import TestSupport
import Testing

@testable import Laboratory

/// The client of ETSI GS QKD 014 beside a key management entity of others' libraries, over HTTPS with certificates on both sides.
@Suite struct QuantumKeyEntityTests {
    /// Certificates of two applications and of a stranger, and a running entity.
    private struct Entity {
        let folder: TemporaryFolder
        let program: RunningProgram
        let address: String

        init() async throws {
            folder = try TemporaryFolder()
            try await Self.certify("authority", by: nil, in: folder)
            try await Self.certify("others", by: nil, in: folder)
            for name in ["entity", "alice", "bob"] { try await Self.certify(name, by: "authority", in: folder) }
            try await Self.certify("stranger", by: "others", in: folder)
            let script = Package.folder + "/Tests/LaboratoryTests/Judges/key_management_entity.py"
            let python = try #require(ForeignPrograms.path(of: "python3"))
            program = try RunningProgram(python, [script, folder.path], input: .silence)
            let port = try #require(try await program.event("listening")["port"] as? Int)
            address = "https://127.0.0.1:\(port)"
        }

        /// A certificate authority of its own where `issuer` is `nil`.
        private static func certify(_ name: String, by issuer: String?, in folder: TemporaryFolder) async throws {
            var words = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                "-keyout", folder("\(name).key"), "-out", folder("\(name).pem"),
            ]
            if let issuer {
                words += [
                    "-CA", folder("\(issuer).pem"), "-CAkey", folder("\(issuer).key"), "-addext", "subjectAltName=IP:127.0.0.1",
                    "-addext", "basicConstraints=critical,CA:FALSE",
                ]
            }
            let finished = try await ForeignPrograms.run("openssl", words)
            #expect(finished.status == 0, "\(finished.errors)")
        }

        func client(of name: String, to peer: String, trusting authority: String = "authority") -> QuantumKeyClient<MutualTLSTransport> {
            QuantumKeyClient(
                MutualTLSTransport(
                    entity: address, certificate: folder("\(name).pem"), key: folder("\(name).key"), authority: folder("\(authority).pem"),
                    pool: WorkerPool(label: "test.keys", width: 1)), peer: peer)
        }
    }

    @Test(.needs("openssl", "python3"), .timeLimit(.minutes(2)))
    func bothSidesGetTheSameKeys() async throws {
        let entity = try await Entity()
        defer { entity.program.signal(SIGTERM) }
        let (alice, bob) = (entity.client(of: "alice", to: "bob"), entity.client(of: "bob", to: "alice"))
        #expect(try await alice.status().storedKeyCount == 1000)
        let taken = try await alice.newKeys(3, bits: 512)
        #expect(try await bob.keys(numbered: taken.map(\.identifier)) == taken)
        #expect(Set(taken.map(\.fingerprint)).count == 3)
        // Keys of alice for bob are nobody else's.
        await #expect(throws: CipherError.self) {
            try await entity.client(of: "alice", to: "bob").keys(numbered: taken.map(\.identifier))
        }
    }

    @Test(.needs("openssl", "python3"), .timeLimit(.minutes(2)))
    func strangersAreRefusedOnBothSides() async throws {
        let entity = try await Entity()
        defer { entity.program.signal(SIGTERM) }
        await #expect(throws: MutualTLSTransport.Failure.self) { try await entity.client(of: "stranger", to: "bob").status() }
        await #expect(throws: MutualTLSTransport.Failure.self) {
            try await entity.client(of: "alice", to: "bob", trusting: "others").status()
        }
        await #expect(throws: MutualTLSTransport.Failure.self) {
            let nowhere = MutualTLSTransport(
                entity: "http://127.0.0.1:1", certificate: "", key: "", authority: "", pool: WorkerPool(label: "test.keys", width: 1))
            return try await nowhere.send(QuantumKeyRequest(method: "GET", path: "/", body: []))
        }
    }
}
