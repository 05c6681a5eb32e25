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

    private func initiator(
        _ identity: Identity = People.clinic, binding: ChannelBinding = Fixtures.binding,
        roles: SessionRoles = .source(Fixtures.capabilities), versions: [UInt32] = [1]
    ) throws -> InitiatorHandshake {
        try InitiatorHandshake(
            identity: identity, peer: Fixtures.peer(People.radiologist), roles: roles, binding: binding, versions: versions)
    }

    private func responder(
        _ identity: Identity = People.radiologist, certificate: [UInt8] = People.clinic.certificateDER,
        binding: ChannelBinding = Fixtures.binding, roles: SessionRoles = Fixtures.sink, versions: [UInt32] = [1]
    ) throws -> ResponderHandshake {
        try ResponderHandshake(
            identity: identity, trust: trust, certificateDER: certificate, roles: roles, binding: binding, versions: versions)
    }

    private func otherBinding(exporter: UInt8 = 7, initiator: Identity = People.clinic) -> ChannelBinding {
        ChannelBinding(
            exporter: Array(repeating: exporter, count: 32), initiatorCertificate: initiator.certificateDigest,
            responderCertificate: People.radiologist.certificateDigest)
    }

    @Test func bothAgree() throws {
        let roles = SessionRoles.sink(
            Capabilities(codecs: ["htj2k", "none", "j2k"], methods: ["lsb", "reversible"], features: ["x"]),
            StudyTerms(
                keepsStego: true, limits: SessionLimits(creditWindow: 1 << 20, chunkBytes: 4_096, instanceBytes: 1 << 30, instances: 7)))
        let initiator = try initiator()
        let answer = try responder(roles: roles).answer(initiator.greeting)
        let greeted = try initiator.finish(answer.greeting)
        let agreement = greeted.agreement
        #expect(agreement.version == 1)
        #expect(agreement.capabilities == Capabilities(codecs: ["j2k", "none"], methods: ["reversible", "lsb"]))
        #expect(agreement.outgoing == roles.sink && agreement.incoming == nil)
        #expect(answer.greeted.agreement.incoming == roles.sink && answer.greeted.agreement.outgoing == nil)
        #expect(agreement.peer.fingerprint == People.radiologist.fingerprint)
        #expect(answer.greeted.agreement.peer.fingerprint == People.clinic.fingerprint)
        #expect(answer.greeted.agreement.capabilities == agreement.capabilities)
        let manifest = try Fixtures.manifest(count: 1)
        let sealed = try #require(greeted.sealer).seal(Fixtures.studyKey(), study: 1, manifest: manifest)
        let opener = try #require(answer.greeted.opener)
        #expect(try opener.open(sealed, study: 1, manifest: manifest) == Fixtures.studyKey())
        #expect(greeted.opener == nil && answer.greeted.sealer == nil)
    }

    private func both(_ window: Int) -> SessionRoles {
        SessionRoles(
            capabilities: Fixtures.capabilities, isSource: true, sink: StudyTerms(limits: SessionLimits(creditWindow: window)))
    }

    @Test func bothMaySendAndTakeStudies() throws {
        let initiator = try initiator(roles: both(1 << 20))
        let answer = try responder(roles: both(1 << 21)).answer(initiator.greeting)
        let (near, far) = (try initiator.finish(answer.greeting), answer.greeted)
        #expect(near.agreement.outgoing?.limits.creditWindow == 1 << 21 && near.agreement.incoming?.limits.creditWindow == 1 << 20)
        #expect(far.agreement.outgoing == near.agreement.incoming && far.agreement.incoming == near.agreement.outgoing)
        let manifest = try Fixtures.manifest(count: 1)
        for (source, sink) in [(near, far), (far, near)] {
            let sealed = try #require(source.sealer).seal(Fixtures.studyKey(), study: 1, manifest: manifest)
            #expect(try #require(sink.opener).open(sealed, study: 1, manifest: manifest) == Fixtures.studyKey())
            // It is no key of the other direction.
            let opener = try #require(source.opener)
            expect(.badSignature) { try opener.open(sealed, study: 1, manifest: manifest) }
            let turned = StudyKeyExchange.Opener(
                freshKey: try #require(sink.opener).freshKey, transcript: opener.transcript, source: opener.source)
            expect(.badSignature) { try turned.open(sealed, study: 1, manifest: manifest) }
        }
    }

    @Test func whoDialsMayBeTheOneThatOnlyTakes() throws {
        let initiator = try initiator(roles: Fixtures.sink)
        let answer = try responder(roles: .source(Fixtures.capabilities)).answer(initiator.greeting)
        let agreement = try initiator.finish(answer.greeting).agreement
        #expect(agreement.outgoing == nil && agreement.incoming == Fixtures.sink.sink)
        #expect(answer.greeted.agreement.outgoing == Fixtures.sink.sink && answer.greeted.agreement.incoming == nil)
    }

    @Test func twoThatOnlySendOrOnlyTakeHaveNothingToDo() throws {
        let sources = SessionRoles.source(Fixtures.capabilities)
        for roles in [sources, Fixtures.sink] {
            expect(.noCommonCapability) { try responder(roles: roles).answer(self.initiator(roles: roles).greeting) }
        }
        // Also when the responder does not mind.
        let initiator = try self.initiator()
        let welcome = try welcome { $0.sink = nil }
        expect(.noCommonCapability) { try initiator.finish(signed(welcome, answering: initiator)) }
    }

    @Test func studyKeyOpensNowhereElse() throws {
        let initiator = try initiator()
        let greeting = initiator.greeting
        let answer = try responder().answer(greeting)
        let sealer = try #require(initiator.finish(answer.greeting).sealer)
        let opener = try #require(answer.greeted.opener)
        let manifest = try Fixtures.manifest(count: 1)
        let sealed = try sealer.seal(Fixtures.studyKey(), study: 1, manifest: manifest)
        // Another study of the session, another manifest, another session of the same two.
        expect(.badSignature) { try opener.open(sealed, study: 2, manifest: manifest) }
        expect(.badSignature) { try opener.open(sealed, study: 1, manifest: Fixtures.manifest(count: 2)) }
        let other = try #require(responder().answer(greeting).greeted.opener)
        expect(.badSignature) { try other.open(sealed, study: 1, manifest: manifest) }
        // The long-term key does not help: the traffic of a finished session stays closed.
        let long = StudyKeyExchange.Opener(freshKey: People.radiologist.sealingKey, transcript: opener.transcript, source: .initiator)
        expect(.badSignature) { try long.open(sealed, study: 1, manifest: manifest) }
        // The right fresh key with another transcript does not, either.
        let elsewhere = StudyKeyExchange.Opener(freshKey: opener.freshKey, transcript: Fixtures.digest("elsewhere"), source: .initiator)
        expect(.badSignature) { try elsewhere.open(sealed, study: 1, manifest: manifest) }
    }

    @Test func strangersCertificateIsTurnedAwayBeforeItsHello() throws {
        expect(.notTrusted) { try responder(certificate: People.stranger.certificateDER) }
    }

    @Test func helloOfAnotherIdentityThanTheCertificate() throws {
        // A stranger on the clinic's connection: its signature is not the clinic's.
        expect(.badSignature) { try responder().answer(initiator(People.stranger).greeting) }
        // Signed by the clinic, but naming the stranger.
        let hello = Hello(
            versions: [1], capabilities: Fixtures.capabilities, nonce: Hello.freshNonce(), fingerprint: People.stranger.fingerprint,
            isSource: true)
        expect(.notTrusted) { try responder().answer(signed(hello)) }
    }

    @Test func replayOnAnotherConnection() throws {
        let greeting = try initiator().greeting
        expect(.badSignature) { try responder(binding: otherBinding(exporter: 8)).answer(greeting) }
    }

    @Test func splicedCertificates() throws {
        let greeting = try initiator().greeting
        expect(.badSignature) { try responder(binding: otherBinding(initiator: People.stranger)).answer(greeting) }
    }

    @Test func everyChangeToAGreetingIsNoticed() throws {
        let initiator = try initiator()
        let greeting = initiator.greeting
        let answer = try responder().answer(greeting).greeting
        var generator = SplitMix64(seed: 23)
        for _ in 0..<60 {
            var changed = greeting
            changed.body[Int.random(in: 0..<changed.body.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            expect(.badSignature) { try responder().answer(changed) }
            changed = greeting
            changed.signature[Int.random(in: 0..<64, using: &generator)] ^= 1
            expect(.badSignature) { try responder().answer(changed) }
            changed = answer
            changed.body[Int.random(in: 0..<changed.body.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            expect(.badSignature) { try initiator.finish(changed) }
        }
        expect(.badSignature) { try responder().answer(SignedGreeting(body: greeting.body, signature: [])) }
    }

    @Test func welcomeToAnotherHello() throws {
        let first = try initiator()
        let second = try initiator()
        let answer = try responder().answer(first.greeting)
        expect(.badSignature) { try second.finish(answer.greeting) }
    }

    @Test func downgradeByRemovingCapabilitiesOrVersions() throws {
        let initiator = try initiator(versions: [1, 2])
        var wire = try WireHelloBody(serializedBytes: initiator.greeting.body)
        wire.capabilities.codecs = ["none"]
        wire.versions = [1]
        let weakened = SignedGreeting(body: try Serialization.bytes(of: wire), signature: initiator.greeting.signature)
        expect(.badSignature) { try responder().answer(weakened) }
    }

    @Test func receiverThatChoosesALowerVersion() throws {
        let initiator = try initiator(versions: [1, 2])
        let welcome = try welcome { $0.versions = [1, 2] }
        expect(.versionMismatch) { try initiator.finish(signed(welcome, answering: initiator)) }
    }

    @Test func noCommonVersion() throws {
        expect(.versionMismatch) { try responder(versions: [2]).answer(initiator().greeting) }
        expect(.versionMismatch) { try responder().answer(initiator(versions: [2, 3]).greeting) }
        expect(.versionMismatch) { try responder().answer(initiator(versions: []).greeting) }
    }

    @Test func highestCommonVersionIsSpoken() throws {
        let initiator = try initiator(versions: [1, 2, 5])
        let answer = try responder(versions: [1, 2, 4]).answer(initiator.greeting)
        #expect(answer.greeted.agreement.version == 2)
        #expect(try initiator.finish(answer.greeting).agreement.version == 2)
    }

    @Test func nothingInCommon() throws {
        let other = Capabilities(codecs: ["htj2k"], methods: ["reversible"])
        expect(.noCommonCapability) { try responder().answer(initiator(roles: .source(other)).greeting) }
        expect(.noCommonCapability) {
            try responder().answer(initiator(roles: .source(Capabilities(codecs: ["j2k"], methods: []))).greeting)
        }
    }

    @Test func receiverThatAgreesToWhatWasNotOffered() throws {
        let initiator = try initiator()
        let welcome = try welcome { $0.capabilities = Capabilities(codecs: ["j2k", "weak"], methods: ["reversible"]) }
        expect(.protocolViolation) { try initiator.finish(signed(welcome, answering: initiator)) }
    }

    @Test func receiverThatAgreesToNothing() throws {
        let initiator = try initiator()
        let welcome = try welcome { $0.capabilities = Capabilities(codecs: [], methods: ["reversible"]) }
        expect(.noCommonCapability) { try initiator.finish(signed(welcome, answering: initiator)) }
    }

    @Test func receiverThatNamesAnotherIdentity() throws {
        let initiator = try initiator()
        let welcome = try welcome { $0.fingerprint = People.stranger.fingerprint }
        expect(.wrongPeer) { try initiator.finish(signed(welcome, answering: initiator)) }
    }

    @Test(
        arguments: [
            { (body: inout WireWelcomeBody) in body.sink.limits.initialCredit = 0 }, { $0.sink.limits.initialCredit = 1 << 50 },
            { $0.sink.limits.maximumChunkBytes = 0 }, { $0.sink.freshKey = Data(count: 1_215) },
            { $0.sink.limits.maximumChunkBytes = .max }, { $0.sink.limits.maximumInstanceBytes = 0 },
            { $0.sink.limits.maximumInstances = 0 },
            { $0.sink.limits.maximumInstances = .max }, { $0.sink.limits.initialCredit = 2_048 },
        ] as [@Sendable (inout WireWelcomeBody) -> Void])
    func limitsThatMakeNoSense(change: @Sendable (inout WireWelcomeBody) -> Void) throws {
        let initiator = try initiator()
        var wire = try WireWelcomeBody(serializedBytes: welcome { _ in }.body())
        change(&wire)
        let body = try Serialization.bytes(of: wire)
        expect(.protocolViolation) { try initiator.finish(signedWelcome(body, answering: initiator)) }
    }

    @Test func senderWhoseAddressLeadsToSomebodyElse() throws {
        let binding = ChannelBinding(
            exporter: Array(repeating: 7, count: 32), initiatorCertificate: People.clinic.certificateDigest,
            responderCertificate: People.stranger.certificateDigest)
        expect(.wrongPeer) { try initiator(binding: binding) }
    }

    @Test func fieldsOfLaterReleasesAreTolerated() throws {
        let hello = Hello(
            versions: [1, 9], capabilities: Fixtures.capabilities, nonce: Hello.freshNonce(), fingerprint: People.clinic.fingerprint,
            isSource: true)
        // Field 100, length-delimited, two bytes.
        let body = try hello.body() + [0xA2, 0x06, 0x02, 0x01, 0x02]
        #expect(try responder().answer(signedHello(body)).greeted.agreement.version == 1)
    }

    // MARK: Greetings that only a dishonest peer would sign

    private func signed(_ hello: Hello) throws -> SignedGreeting { try signedHello(hello.body()) }

    private func signedHello(_ body: [UInt8]) throws -> SignedGreeting {
        var transcript = Transcript(Fixtures.binding)
        transcript.append(body)
        let signature = try Signing.signature(over: transcript.covered(by: .initiator), key: People.clinic.signingKey)
        return SignedGreeting(body: body, signature: signature)
    }

    private func welcome(_ change: (inout Welcome) -> Void) throws -> Welcome {
        var welcome = Welcome(
            version: 1, versions: [1], capabilities: Fixtures.capabilities, nonce: Hello.freshNonce(),
            fingerprint: People.radiologist.fingerprint, isSource: false, sink: SinkTerms(StudyTerms(), try FreshKey()))
        change(&welcome)
        return welcome
    }

    private func signed(_ welcome: Welcome, answering initiator: InitiatorHandshake) throws -> SignedGreeting {
        try signedWelcome(welcome.body(), answering: initiator)
    }

    private func signedWelcome(_ body: [UInt8], answering initiator: InitiatorHandshake) throws -> SignedGreeting {
        var transcript = Transcript(Fixtures.binding)
        transcript.append(initiator.greeting.body)
        transcript.append(initiator.greeting.signature)
        transcript.append(body)
        let signature = try Signing.signature(over: transcript.covered(by: .responder), key: People.radiologist.signingKey)
        return SignedGreeting(body: body, signature: signature)
    }
}
