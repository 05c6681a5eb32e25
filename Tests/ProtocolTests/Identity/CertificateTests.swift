import Foundation
import TestSupport
import Testing

@testable import Protocol

/// What OpenSSL's own program says about our certificates.
@Suite(.needs("openssl")) struct CertificateTests {
    @Test func opensslReadsIt() async throws {
        let text = try await openssl(["x509", "-noout", "-text"], input: People.radiologist.tlsCertificatePEM)
        #expect(text.contains("Public Key Algorithm: ED25519"))
        #expect(text.contains("Subject: CN = radiologist.example.org"))
        #expect(text.contains("DNS:radiologist.example.org"))
        #expect(text.contains("TLS Web Server Authentication, TLS Web Client Authentication"))
        #expect(text.contains("CA:FALSE"))
    }

    @Test func nameThatIsNoHostNameStandsAsURI() async throws {
        let text = try await openssl(["x509", "-noout", "-text"], input: People.clinic.tlsCertificatePEM)
        #expect(text.contains("Subject: CN = Rural Clinic"))
        #expect(text.contains("URI:veilray:Rural%20Clinic"))
        #expect(text.contains("URI:veilray:card/\(People.clinic.fingerprint)/Rural%20Clinic/"))
    }

    @Test(arguments: ["sslserver", "sslclient"])
    func opensslVerifiesItForBothSides(purpose: String) async throws {
        let home = try TemporaryHome()
        let file = home.url.appending(path: "c.pem").path
        try Data(People.clinic.tlsCertificatePEM.utf8).write(to: URL(filePath: file))
        let text = try await openssl(["verify", "-CAfile", file, "-purpose", purpose, file])
        #expect(text.contains(": OK"))
    }

    @Test func opensslReadsTheKey() async throws {
        let text = try await openssl(["pkey", "-noout", "-text"], input: People.clinic.tlsPrivateKeyPEM)
        #expect(text.contains("ED25519 Private-Key"))
    }

    @Test func lastsTenYears() async throws {
        let identity = try Identity.create(name: PeerName("x"), date: Date(timeIntervalSince1970: 1_800_000_000))
        let text = try await openssl(["x509", "-noout", "-dates"], input: identity.tlsCertificatePEM)
        #expect(text.contains("notBefore=Jan 14 08:00:00 2027 GMT"))
        #expect(text.contains("notAfter=Jan 14 08:00:00 2037 GMT"))
    }
}

/// What `openssl` prints, standard error included.
private func openssl(_ arguments: [String], input: String = "") async throws -> String {
    let finished = try await ForeignPrograms.run("openssl", arguments, input: Array(input.utf8))
    guard finished.status == 0 else { throw ProgramFailure("openssl \(arguments): \(finished.errors)") }
    return finished.output + finished.errors
}
