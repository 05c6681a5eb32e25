import SecureChannel
import TestSupport
import Testing

extension ChannelTests {
    @Suite("Credentials and policies") struct CredentialTests {
        @Test("that cannot be used are refused with the reason") func unusable() async throws {
            let identities = try await TestIdentities.shared
            let (sender, stranger) = (identities.sender, identities.stranger)
            let encrypted = try await TestIdentity.run(["pkcs8", "-topk8", "-in", sender.keyPath, "-passout", "pass:secret"]).outputBytes
            let cases: [([UInt8], [UInt8])] = [
                (sender.certificatePEM, stranger.keyPEM), ([], sender.keyPEM), (sender.certificatePEM, []), (sender.keyPEM, sender.keyPEM),
                (sender.certificatePEM, sender.certificatePEM), (sender.certificatePEM, encrypted),
                (Array(sender.certificatePEM.dropLast(90)), sender.keyPEM),
                (sender.certificateDER, sender.keyPEM),
            ]
            for (number, (certificate, key)) in cases.enumerated() {
                let code = await errorCode { try TLSCredentials(certificateChainPEM: certificate, privateKeyPEM: key) }
                #expect(code == .invalidCredentials, "case \(number)")
            }
            #expect(await errorCode { try PeerPolicy.certificateAuthority(pem: Array("no".utf8)) } == .invalidCredentials)
        }

        @Test("from text are those from bytes") func text() async throws {
            let sender = try await TestIdentities.shared.sender
            _ = try TLSCredentials(
                certificateChainPEM: String(decoding: sender.certificatePEM, as: UTF8.self),
                privateKeyPEM: String(decoding: sender.keyPEM, as: UTF8.self))
        }

        @Test("of an authority accept whom it signed, under the expected name, and nobody else") func authority() async throws {
            let authority = try await TestIdentity.make("authority")
            let clinic = try await authority.sign("clinic", hostName: "clinic.example")
            let hospital = try await authority.sign("hospital", hostName: "hospital.example")
            let stranger = try await TestIdentities.shared.stranger
            let events = EventLog()
            let listener = try await SecureListener.bind(
                host: "127.0.0.1", port: 0, credentials: hospital.credentials, policy: .certificateAuthority(pem: authority.certificatePEM),
                onEvent: { events.append($0) })

            func connect(as identity: TestIdentity, expecting name: String?) async throws -> Bool {
                let connection = try await SecureConnector.connect(
                    host: "localhost", port: listener.localAddress.port, credentials: identity.credentials,
                    policy: .certificateAuthority(pem: authority.certificatePEM, expectedName: name))
                return await connection.close()
            }
            #expect(try await connect(as: clinic, expecting: nil))
            #expect(try await connect(as: clinic, expecting: "hospital.example"))
            #expect(await errorCode { try await connect(as: clinic, expecting: "elsewhere.example") } == .peerNotTrusted)
            #expect(await errorCode { try await connect(as: stranger, expecting: nil) } == .refusedByPeer)
            #expect(await eventually { events.codes.contains(.peerNotTrusted) })
            await listener.stop()
        }
    }
}
