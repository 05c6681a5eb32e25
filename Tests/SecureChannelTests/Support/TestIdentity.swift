import Foundation
import SecureChannel
import Synchronization
import TestSupport

/// A certificate with its key, made for the tests by the `openssl` command.
struct TestIdentity: Sendable {
    static let openssl = "/usr/bin/openssl"

    let directory: TemporaryFolder
    let certificatePath: String
    let keyPath: String
    let certificatePEM: [UInt8]
    let keyPEM: [UInt8]
    let certificateDER: [UInt8]

    var credentials: TLSCredentials {
        get throws { try TLSCredentials(certificateChainPEM: certificatePEM, privateKeyPEM: keyPEM) }
    }

    /// A self-signed identity.
    ///
    /// - Parameter algorithm: `ed25519`, or `ec` for P-256.
    static func make(_ name: String, algorithm: String = "ed25519") async throws -> TestIdentity {
        let directory = try TemporaryFolder()
        var arguments = ["req", "-x509", "-newkey", algorithm]
        if algorithm == "ec" { arguments += ["-pkeyopt", "ec_paramgen_curve:prime256v1"] }
        arguments += [
            "-nodes", "-keyout", directory("key"), "-out", directory("certificate"), "-subj", "/CN=\(name)", "-days", "30",
        ]
        try await run(arguments)
        return try await TestIdentity(directory: directory)
    }

    /// An identity that this one signs as its authority.
    func sign(_ name: String, hostName: String) async throws -> TestIdentity {
        let directory = try TemporaryFolder()
        let request = [
            "req", "-new", "-newkey", "ed25519", "-nodes", "-keyout", directory("key"), "-out", directory("request"), "-subj",
            "/CN=\(name)",
        ]
        try await Self.run(request)
        try directory.write("subjectAltName=DNS:\(hostName)\n", as: "extensions")
        let signing = [
            "x509", "-req", "-in", directory("request"), "-CA", certificatePath, "-CAkey", keyPath, "-CAcreateserial", "-days", "30",
            "-extfile", directory("extensions"), "-out", directory("certificate"),
        ]
        try await Self.run(signing)
        return try await TestIdentity(directory: directory)
    }

    @discardableResult
    static func run(_ arguments: [String]) async throws -> Finished {
        let finished = try await TestSupport.run(openssl, arguments)
        guard finished.status == 0 else { throw ProgramFailure("openssl \(arguments): \(finished.errors)") }
        return finished
    }

    private init(directory: TemporaryFolder) async throws {
        self.directory = directory
        certificatePath = directory("certificate")
        keyPath = directory("key")
        certificatePEM = directory.bytes("certificate") ?? []
        keyPEM = directory.bytes("key") ?? []
        try await Self.run(["x509", "-in", certificatePath, "-outform", "DER", "-out", directory("der")])
        certificateDER = directory.bytes("der") ?? []
    }
}

/// The identities that most tests share.
struct TestIdentities: Sendable {
    let sender: TestIdentity
    let receiver: TestIdentity
    let stranger: TestIdentity

    /// Made once a process; an Ed25519 and a P-256 key meet in every test.
    static var shared: TestIdentities {
        get async throws { try await task.value }
    }

    private static let task = Task {
        TestIdentities(
            sender: try await .make("sender"), receiver: try await .make("receiver", algorithm: "ec"), stranger: try await .make("stranger")
        )
    }
}

/// A trust store that changes.
final class Trust: Sendable {
    private let certificates = Mutex<Set<[UInt8]>>([])

    func add(_ certificate: [UInt8]) {
        certificates.withLock { _ = $0.insert(certificate) }
    }

    func contains(_ certificate: [UInt8]) -> Bool {
        certificates.withLock { $0.contains(certificate) }
    }
}
