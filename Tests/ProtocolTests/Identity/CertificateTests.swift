import Foundation
import Testing

@testable import Protocol

/// What OpenSSL's own program says about our certificates. Skipped where it is not installed.
@Suite(.enabled(if: OpenSSL.path != nil, "openssl is not installed")) struct CertificateTests {
    @Test func opensslReadsIt() throws {
        let text = try OpenSSL.run(["x509", "-noout", "-text"], input: People.radiologist.tlsCertificatePEM)
        #expect(text.contains("Public Key Algorithm: ED25519"))
        #expect(text.contains("Subject: CN = radiologist.example.org"))
        #expect(text.contains("DNS:radiologist.example.org"))
        #expect(text.contains("TLS Web Server Authentication, TLS Web Client Authentication"))
        #expect(text.contains("CA:FALSE"))
    }

    @Test func nameThatIsNoHostNameStandsAsURI() throws {
        let text = try OpenSSL.run(["x509", "-noout", "-text"], input: People.clinic.tlsCertificatePEM)
        #expect(text.contains("Subject: CN = Rural Clinic"))
        #expect(text.contains("URI:veilray:Rural%20Clinic"))
        #expect(text.contains("URI:veilray:card/\(People.clinic.fingerprint)/Rural%20Clinic/"))
    }

    @Test(arguments: ["sslserver", "sslclient"])
    func opensslVerifiesItForBothSides(purpose: String) throws {
        let home = try TemporaryHome()
        let file = home.url.appending(path: "c.pem").path
        try Data(People.clinic.tlsCertificatePEM.utf8).write(to: URL(filePath: file))
        let text = try OpenSSL.run(["verify", "-CAfile", file, "-purpose", purpose, file], input: "")
        #expect(text.contains(": OK"))
    }

    @Test func opensslReadsTheKey() throws {
        let text = try OpenSSL.run(["pkey", "-noout", "-text"], input: People.clinic.tlsPrivateKeyPEM)
        #expect(text.contains("ED25519 Private-Key"))
    }

    @Test func lastsTenYears() throws {
        let identity = try Identity.create(name: PeerName("x"), date: Date(timeIntervalSince1970: 1_800_000_000))
        let text = try OpenSSL.run(["x509", "-noout", "-dates"], input: identity.tlsCertificatePEM)
        #expect(text.contains("notBefore=Jan 14 08:00:00 2027 GMT"))
        #expect(text.contains("notAfter=Jan 14 08:00:00 2037 GMT"))
    }
}

enum OpenSSL {
    static let path = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first { FileManager.default.isExecutableFile(atPath: $0) }

    struct Failed: Error { let text: String }

    static func run(_ arguments: [String], input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: path ?? "")
        process.arguments = arguments
        let standardInput = Pipe()
        let output = Pipe()
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(text: text) }
        return text
    }
}
