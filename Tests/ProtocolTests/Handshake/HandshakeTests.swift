import Crypto
import Foundation
import SeededRandomness
import Testing

@testable import Protocol

@Suite struct HandshakeTests {
    private let home: TemporaryHome
    private let trust: TrustStore

    init() throws {
        home = try TemporaryHome()
        trust = try home.trust(People.clinic)
    }

    private func sender(
        _ identity: Identity = People.clinic, binding: ChannelBinding = Fixtures.binding,
        capabilities: Capabilities = Fixtures.capabilities,
        versions: [UInt32] = [1]
    ) throws -> SenderHandshake {
        try SenderHandshake(
            identity: identity, peer: Fixtures.peer(People.radiologist), capabilities: capabilities, binding: binding, versions: versions)
    }

    private func receiver(
        _ identity: Identity = People.radiologist, certificate: [UInt8] = People.clinic.certificateDER,
        binding: ChannelBinding = Fixtures.binding, policy: ReceiverPolicy = Fixtures.policy, versions: [UInt32] = [1]
    ) throws -> ReceiverHandshake {
        try ReceiverHandshake(
            identity: identity, trust: trust, certificateDER: certificate, policy: policy, binding: binding, versions: versions)
    }

    private func otherBinding(exporter: UInt8 = 7, sender: Identity = People.clinic) -> ChannelBinding {
        ChannelBinding(
            exporter: Array(repeating: exporter, count: 32), senderCertificate: sender.certificateDigest,
            receiverCertificate: People.radiologist.certificateDigest)
    }

    @Test func bothAgree() throws {
        let policy = ReceiverPolicy(
            capabilities: Capabilities(codecs: ["htj2k", "none", "j2k"], methods: ["lsb", "reversible"], features: ["x"]), keepsStego: true,
            limits: SessionLimits(creditWindow: 1 << 20, chunkBytes: 4_096, instanceBytes: 1 << 30, instances: 7))
        let sender = try sender()
        let answer = try receiver(policy: policy).answer(sender.greeting)
        let (agreement, sealer) = try sender.finish(answer.greeting)
        #expect(agreement.version == 1)
        #expect(agreement.capabilities == Capabilities(codecs: ["j2k", "none"], methods: ["reversible", "lsb"]))
        #expect(agreement.keepsStego)
        #expect(agreement.limits == policy.limits)
        #expect(agreement.peer.fingerprint == People.radiologist.fingerprint)
        #expect(answer.agreement.peer.fingerprint == People.clinic.fingerprint)
        #expect(answer.agreement.capabilities == agreement.capabilities)
        let manifest = try Fixtures.manifest(count: 1)
        let sealed = try sealer.seal(Fixtures.studyKey(), study: 1, manifest: manifest)
        #expect(try answer.opener.open(sealed, study: 1, manifest: manifest) == Fixtures.studyKey())
    }

    @Test func studyKeyOpensNowhereElse() throws {
        let sender = try sender()
        let greeting = sender.greeting
        let answer = try receiver().answer(greeting)
        let (_, sealer) = try sender.finish(answer.greeting)
        let manifest = try Fixtures.manifest(count: 1)
        let sealed = try sealer.seal(Fixtures.studyKey(), study: 1, manifest: manifest)
        // Another study of the session, another manifest, another session of the same two.
        expect(.badSignature) { try answer.opener.open(sealed, study: 2, manifest: manifest) }
        expect(.badSignature) { try answer.opener.open(sealed, study: 1, manifest: Fixtures.manifest(count: 2)) }
        let other = try receiver().answer(greeting)
        expect(.badSignature) { try other.opener.open(sealed, study: 1, manifest: manifest) }
        // The long-term key does not help: the traffic of a finished session stays closed.
        let long = StudyKeyExchange.Opener(freshKey: People.radiologist.sealingKey, transcript: answer.opener.transcript)
        expect(.badSignature) { try long.open(sealed, study: 1, manifest: manifest) }
        // The right fresh key with another transcript does not, either.
        let elsewhere = StudyKeyExchange.Opener(freshKey: answer.opener.freshKey, transcript: Fixtures.digest("elsewhere"))
        expect(.badSignature) { try elsewhere.open(sealed, study: 1, manifest: manifest) }
    }

    @Test func strangersCertificateIsTurnedAwayBeforeItsHello() throws {
        expect(.notTrusted) { try receiver(certificate: People.stranger.certificateDER) }
    }

    @Test func helloOfAnotherIdentityThanTheCertificate() throws {
        // A stranger on the clinic's connection: its signature is not the clinic's.
        expect(.badSignature) { try receiver().answer(sender(People.stranger).greeting) }
        // Signed by the clinic, but naming the stranger.
        let hello = Hello(
            versions: [1], capabilities: Fixtures.capabilities, nonce: Hello.freshNonce(), fingerprint: People.stranger.fingerprint)
        expect(.notTrusted) { try receiver().answer(signed(hello)) }
    }

    @Test func replayOnAnotherConnection() throws {
        let greeting = try sender().greeting
        expect(.badSignature) { try receiver(binding: otherBinding(exporter: 8)).answer(greeting) }
    }

    @Test func splicedCertificates() throws {
        let greeting = try sender().greeting
        expect(.badSignature) { try receiver(binding: otherBinding(sender: People.stranger)).answer(greeting) }
    }

    @Test func everyChangeToAGreetingIsNoticed() throws {
        let sender = try sender()
        let greeting = sender.greeting
        let answer = try receiver().answer(greeting).greeting
        var generator = SplitMix64(seed: 23)
        for _ in 0..<60 {
            var changed = greeting
            changed.body[Int.random(in: 0..<changed.body.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            expect(.badSignature) { try receiver().answer(changed) }
            changed = greeting
            changed.signature[Int.random(in: 0..<64, using: &generator)] ^= 1
            expect(.badSignature) { try receiver().answer(changed) }
            changed = answer
            changed.body[Int.random(in: 0..<changed.body.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            expect(.badSignature) { try sender.finish(changed) }
        }
        expect(.badSignature) { try receiver().answer(SignedGreeting(body: greeting.body, signature: [])) }
    }

    @Test func welcomeToAnotherHello() throws {
        let first = try sender()
        let second = try sender()
        let answer = try receiver().answer(first.greeting)
        expect(.badSignature) { try second.finish(answer.greeting) }
    }

    @Test func downgradeByRemovingCapabilitiesOrVersions() throws {
        let sender = try sender(versions: [1, 2])
        var wire = try WireHelloBody(serializedBytes: sender.greeting.body)
        wire.capabilities.codecs = ["none"]
        wire.versions = [1]
        let weakened = SignedGreeting(body: try Serialization.bytes(of: wire), signature: sender.greeting.signature)
        expect(.badSignature) { try receiver().answer(weakened) }
    }

    @Test func receiverThatChoosesALowerVersion() throws {
        let sender = try sender(versions: [1, 2])
        let welcome = try welcome { $0.versions = [1, 2] }
        expect(.versionMismatch) { try sender.finish(signed(welcome, answering: sender)) }
    }

    @Test func noCommonVersion() throws {
        expect(.versionMismatch) { try receiver(versions: [2]).answer(sender().greeting) }
        expect(.versionMismatch) { try receiver().answer(sender(versions: [2, 3]).greeting) }
        expect(.versionMismatch) { try receiver().answer(sender(versions: []).greeting) }
    }

    @Test func highestCommonVersionIsSpoken() throws {
        let sender = try sender(versions: [1, 2, 5])
        let answer = try receiver(versions: [1, 2, 4]).answer(sender.greeting)
        #expect(answer.agreement.version == 2)
        #expect(try sender.finish(answer.greeting).0.version == 2)
    }

    @Test func nothingInCommon() throws {
        let other = Capabilities(codecs: ["htj2k"], methods: ["reversible"])
        expect(.noCommonCapability) { try receiver().answer(sender(capabilities: other).greeting) }
        expect(.noCommonCapability) { try receiver().answer(sender(capabilities: Capabilities(codecs: ["j2k"], methods: [])).greeting) }
    }

    @Test func receiverThatAgreesToWhatWasNotOffered() throws {
        let sender = try sender()
        let welcome = try welcome { $0.capabilities = Capabilities(codecs: ["j2k", "weak"], methods: ["reversible"]) }
        expect(.protocolViolation) { try sender.finish(signed(welcome, answering: sender)) }
    }

    @Test func receiverThatAgreesToNothing() throws {
        let sender = try sender()
        let welcome = try welcome { $0.capabilities = Capabilities(codecs: [], methods: ["reversible"]) }
        expect(.noCommonCapability) { try sender.finish(signed(welcome, answering: sender)) }
    }

    @Test func receiverThatNamesAnotherIdentity() throws {
        let sender = try sender()
        let welcome = try welcome { $0.fingerprint = People.stranger.fingerprint }
        expect(.wrongPeer) { try sender.finish(signed(welcome, answering: sender)) }
    }

    @Test(
        arguments: [
            { (limits: inout WireLimits) in limits.initialCredit = 0 }, { $0.initialCredit = 1 << 50 }, { $0.maximumChunkBytes = 0 },
            { $0.maximumChunkBytes = .max }, { $0.maximumInstanceBytes = 0 }, { $0.maximumInstances = 0 },
            { $0.maximumInstances = .max }, { $0.initialCredit = 2_048 },
        ] as [@Sendable (inout WireLimits) -> Void])
    func limitsThatMakeNoSense(change: @Sendable (inout WireLimits) -> Void) throws {
        let sender = try sender()
        var wire = try WireWelcomeBody(serializedBytes: welcome { _ in }.body())
        change(&wire.limits)
        let body = try Serialization.bytes(of: wire)
        expect(.protocolViolation) { try sender.finish(signedWelcome(body, answering: sender)) }
    }

    @Test func senderWhoseAddressLeadsToSomebodyElse() throws {
        let binding = ChannelBinding(
            exporter: Array(repeating: 7, count: 32), senderCertificate: People.clinic.certificateDigest,
            receiverCertificate: People.stranger.certificateDigest)
        expect(.wrongPeer) { try sender(binding: binding) }
    }

    @Test func fieldsOfLaterReleasesAreTolerated() throws {
        let hello = Hello(
            versions: [1, 9], capabilities: Fixtures.capabilities, nonce: Hello.freshNonce(), fingerprint: People.clinic.fingerprint)
        // Field 100, length-delimited, two bytes.
        let body = try hello.body() + [0xA2, 0x06, 0x02, 0x01, 0x02]
        #expect(try receiver().answer(signedHello(body)).agreement.version == 1)
    }

    // MARK: Greetings that only a dishonest peer would sign

    private func signed(_ hello: Hello) throws -> SignedGreeting { try signedHello(hello.body()) }

    private func signedHello(_ body: [UInt8]) throws -> SignedGreeting {
        var transcript = Transcript(Fixtures.binding)
        transcript.append(body)
        return SignedGreeting(body: body, signature: try Signing.signature(over: transcript.covered(.hello), key: People.clinic.signingKey))
    }

    private func welcome(_ change: (inout Welcome) -> Void) throws -> Welcome {
        var welcome = Welcome(
            version: 1, versions: [1], capabilities: Fixtures.capabilities, nonce: Hello.freshNonce(),
            fingerprint: People.radiologist.fingerprint, keepsStego: false, limits: SessionLimits(),
            freshKey: Array(try XWingMLKEM768X25519.PrivateKey().publicKey.rawRepresentation))
        change(&welcome)
        return welcome
    }

    private func signed(_ welcome: Welcome, answering sender: SenderHandshake) throws -> SignedGreeting {
        try signedWelcome(welcome.body(), answering: sender)
    }

    private func signedWelcome(_ body: [UInt8], answering sender: SenderHandshake) throws -> SignedGreeting {
        var transcript = Transcript(Fixtures.binding)
        transcript.append(sender.greeting.body)
        transcript.append(sender.greeting.signature)
        transcript.append(body)
        let signature = try Signing.signature(over: transcript.covered(.welcome), key: People.radiologist.signingKey)
        return SignedGreeting(body: body, signature: signature)
    }
}
