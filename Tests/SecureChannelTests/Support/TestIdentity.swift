import Foundation
import SecureChannel

/// A certificate with its key, made for the tests by the `openssl` command.
struct TestIdentity: Sendable {
    static let openssl = "/usr/bin/openssl"

    let directory: TemporaryDirectory
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
        let directory = try TemporaryDirectory()
        var arguments = ["req", "-x509", "-newkey", algorithm]
        if algorithm == "ec" { arguments += ["-pkeyopt", "ec_paramgen_curve:prime256v1"] }
        arguments += [
            "-nodes", "-keyout", directory.path("key"), "-out", directory.path("certificate"), "-subj", "/CN=\(name)", "-days", "30",
        ]
        _ = try await TestProcess.run(openssl, arguments)
        return try await TestIdentity(directory: directory)
    }

    /// An identity that this one signs as its authority.
    func sign(_ name: String, hostName: String) async throws -> TestIdentity {
        let directory = try TemporaryDirectory()
        let request = [
            "req", "-new", "-newkey", "ed25519", "-nodes", "-keyout", directory.path("key"), "-out", directory.path("request"), "-subj",
            "/CN=\(name)",
        ]
        _ = try await TestProcess.run(Self.openssl, request)
        try Data("subjectAltName=DNS:\(hostName)\n".utf8).write(to: directory.create("extensions"))
        let signing = [
            "x509", "-req", "-in", directory.path("request"), "-CA", certificatePath, "-CAkey", keyPath, "-CAcreateserial", "-days", "30",
            "-extfile", directory.path("extensions"), "-out", directory.path("certificate"),
        ]
        _ = try await TestProcess.run(Self.openssl, signing)
        return try await TestIdentity(directory: directory)
    }

    private init(directory: TemporaryDirectory) async throws {
        self.directory = directory
        certificatePath = directory.path("certificate")
        keyPath = directory.path("key")
        certificatePEM = directory.read("certificate")
        keyPEM = directory.read("key")
        let conversion = try await TestProcess.run(
            Self.openssl, ["x509", "-in", certificatePath, "-outform", "DER", "-out", directory.path("der")])
        _ = conversion
        certificateDER = directory.read("der")
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
