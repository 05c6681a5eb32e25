import Basics
import Crypto
import Foundation
import Protocol
import SecureChannel
import Testing

@testable import Sending

/// What a person reads when one side does not trust the other.
@Suite struct RefusalWordsTests {
    private let site: ExampleHome
    private let receiver: ReceiverEndpoint
    private let address: PeerAddress

    init() throws {
        site = try ExampleHome()
        receiver = try ReceiverEndpoint(identity: site.identity, trust: TrustStore(home: site.home), to: site.peer.name.text)
        address = try PeerAddress("192.0.2.1:7717")
    }

    @Test func aReceiverThatIsNotTrustedHere() async throws {
        let listener = try await listener(as: Identity.create(name: PeerName("Somebody")), trusting: { _ in true })
        let error = try #require(await refusal(at: listener))
        #expect(error.code == .wrongPeer)
        #expect(error.reason.contains("this side does not trust who answers there"))
        #expect(error.reason.contains("veilray-send trust --replaces Radiologist CARD"))
        #expect(!error.description.lowercased().contains("ssl"))
        #expect(FailureKind(of: error) == .notTrusted)
    }

    @Test func aReceiverThatDoesNotTrustThisSide() async throws {
        let listener = try await listener(as: site.receiver, trusting: { _ in false })
        let error = await refusal(at: listener)
        #expect(error?.code == .notTrusted)
        #expect(error?.reason.contains("veilray-receive trust") == true)
        #expect(error?.reason.contains(site.identity.fingerprint.description) == true)
        #expect(error?.description.lowercased().contains("ssl") == false)
    }

    @Test func aReceiverThatEndsTheSession() {
        let error = receiver.inWords(ProtocolError(.peerAborted, "x", abortCode: .notTrusted), at: address) as? ProtocolError
        #expect(error?.abortCode == .notTrusted && error?.reason.contains("veilray-send card") == true)
        let other = ProtocolError(.cut, "the connection broke")
        #expect(receiver.inWords(other, at: address) as? ProtocolError == other)
    }

    private func listener(as identity: Identity, trusting: @escaping @Sendable ([UInt8]) -> Bool) async throws -> SecureListener {
        try await SecureListener.bind(
            host: "127.0.0.1", port: 0,
            credentials: TLSCredentials(certificateChainPEM: identity.tlsCertificatePEM, privateKeyPEM: identity.tlsPrivateKeyPEM),
            policy: .pinned(trusting))
    }

    private func refusal(at listener: SecureListener) async -> ProtocolError? {
        do {
            let address = try PeerAddress("127.0.0.1:\(listener.localAddress.port)")
            let entry = try PlannedInstance.example("a").entry
            let manifest = try Manifest(studyUID: StudyUID("2.25.1"), entries: [entry], signedBy: site.identity)
            try await receiver.withSession(
                at: address, EarlyConnection(), TrustWatch(try TrustStore(home: site.home)), LinkGauge(),
                capabilities: Capabilities(codecs: ["none"], methods: ["lsb"], features: []),
                firstFlight: { FirstFlight(manifest: manifest, studyKey: SymmetricKey(size: .bits256)) }
            ) { _ in }
            return nil
        } catch {
            return error as? ProtocolError
        }
    }
}
