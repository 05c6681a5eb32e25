import Foundation
import SeededRandomness
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

/// What is read of a certificate that nobody trusts: one text of one form, or nothing.
@Suite struct CertificateClaimTests {
    private static let fingerprint = People.clinic.fingerprint

    @Test(arguments: ["Rural Clinic", "radiologist.example.org", "Praxis Dr. Müller", "a/b%c"])
    func identitiesSayWhoTheyAre(name: String) throws {
        let identity = try Identity.create(name: PeerName(name))
        let claim = try #require(CertificateClaim(certificateDER: identity.certificateDER))
        #expect(claim.name.text == name)
        #expect(claim.fingerprint == identity.fingerprint)
        #expect(try identity.card().fingerprint == claim.fingerprint)
    }

    @Test func isFoundAmongOtherBytes() throws {
        let claim = CertificateClaim(fingerprint: Self.fingerprint, name: try PeerName("Rural Clinic"))
        let bytes = [0x30, 0x82] + Array(claim.text.utf8) + Array("0123".utf8)
        #expect(CertificateClaim(certificateDER: bytes) == claim)
        #expect(CertificateClaim(certificateDER: [UInt8](repeating: 0x30, count: 20_000) + bytes) == nil, "too far behind")
    }

    @Test(arguments: [
        "", "veilray:card/", "veilray:card/F", "veilray:card/F/", "veilray:card/F//", "veilray:card/F/Clinic", "veilray:card/F/Cli nic/",
        "veilray:card/F/Cli%1bnic/", "veilray:card/F/Cli%e2%80%aenic/", "veilray:card/F/%zz/", "veilray:card/F/%43linic/",
        "veilray:card/f/Clinic/", "veilray:card/F/" + String(repeating: "a", count: 65) + "/",
        "veilray:card/F/" + String(repeating: "a", count: 5_000) + "/",
    ])
    func whatHasAnotherFormIsNothing(text: String) {
        let written = text.replacing("/F", with: "/\(Self.fingerprint)").replacing("/f", with: "/\(Self.fingerprint)".lowercased())
        #expect(CertificateClaim(certificateDER: Array(written.utf8)) == nil, "\(written)")
    }

    @Test func changedBytesAreHarmless() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<2_000 {
            var bytes = People.clinic.certificateDER
            for _ in 0..<4 { bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next()) }
            bytes.removeLast(Int(random.next() % UInt64(bytes.count)))
            // Whatever it says is a name that could be a peer's.
            if let claim = CertificateClaim(certificateDER: bytes) { #expect((try? PeerName(claim.name.text)) != nil) }
        }
    }
}
