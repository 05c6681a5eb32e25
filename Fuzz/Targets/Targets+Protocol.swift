import Basics
import Crypto
import Foundation
import SecureChannel

@testable import Protocol

extension FuzzTarget {
    /// One message of a session: what is taken is written as it was read, and both state machines answer or refuse it.
    static let wireMessage = FuzzTarget(
        name: "wire-message", maximumByteCount: 2048,
        seeds: {
            let peers = try Peers.shared.get()
            let digest = ContentDigest(of: [1])
            let report = InstanceReport(
                method: "reversible", codec: "j2k", placement: .pixels, hiddenBits: 8, originalBytes: 9, changedSamples: 1,
                maximumChange: 1,
                peakSignalToNoiseRatio: 60)
            let statement = SignedStatement(body: [1, 2], signature: [UInt8](repeating: 1, count: 64))
            let sealed = HybridEncryption.Sealed(
                encapsulatedKey: [UInt8](repeating: 1, count: 1120), ciphertext: [UInt8](repeating: 2, count: 48))
            let messages: [WireMessage] = [
                .openStudy(.init(study: 1, manifest: statement, sealedKey: sealed)), .studyKey(.init(study: 1, sealedKey: sealed)),
                .studyOpened(study: 1, StudyStanding([0: .complete, 1: .partial(receivedBytes: 5, digest: digest)])),
                .instanceHeader(study: 1, InstanceHeader(index: 0, byteCount: 9, digest: digest, offset: 0, report: report)),
                .chunk(.init(study: 1, index: 0, offset: 0, bytes: [1])), .withdraw(study: 1, index: 0, reason: "r"),
                .credit(.init(bytes: 1000, arrived: 1)), .instanceReceipt(statement), .studyComplete(study: 1), .studyReceipt(statement),
                .keepAlive, .goodbye, .abort(.refused, reason: "x"),
            ]
            let greetings = [peers.hello, peers.welcome].enumerated().map { [UInt8($0.offset + 2)] + $0.element }
            return try greetings + messages.map { try [0] + $0.encoded().frames[0] }
                + [messages.map { try ByteSource.counted($0.encoded().frames[0]) }.reduce([1], +)]
        },
        run: { bytes in
            var source = ByteSource(bytes)
            switch source.byte() {
            case 0:
                let frames = [Array(source.rest)]
                let message = try WireMessage(Message(frames: frames[0].first == 0x3A ? frames + [[1]] : frames))
                let encoded = try? message.encoded()
                try require(encoded != nil, "a message that was read can be written")
                guard let encoded, let again = try? WireMessage(encoded) else {
                    throw BrokenProperty("a message that was written can be read")
                }
                try require((try? again.encoded()) == encoded, "a message is written the same each time")
            case 1:
                var states = try Peers.shared.get().states
                while !source.rest.isEmpty { try states.receive(source.counted()) }
            case 2:
                let hello = try Hello(body: Array(source.rest))
                try require((try? Hello(body: hello.body())) == hello, "a Hello is written as it was read")
            default:
                let welcome = try Welcome(body: Array(source.rest))
                try require((try? Welcome(body: welcome.body())) == welcome, "a Welcome is written as it was read")
            }
        })

    /// Signed statements of a peer that is trusted and means no good: manifests, receipts and cards whose signature is right.
    static let statement = FuzzTarget(
        name: "statement", maximumByteCount: 1024,
        seeds: {
            let peers = try Peers.shared.get()
            let digest = ContentDigest(of: [1])
            let manifest = try Peers.manifest(signedBy: peers.clinic)
            let receipt = try InstanceReceipt(
                of: manifest, index: 0, outcome: .restored(digest: digest, exactness: .bytes), signedBy: peers.radiologist,
                date: .distantPast)
            return try [
                [0] + manifest.statement.body, [1] + receipt.statement.body, [3] + peers.clinic.card().statement.body,
                [5] + Peers.acknowledgement().body, [0] + Peers.reply(signedBy: peers.radiologist).statement.body,
                [4] + Capsule.seal(SymmetricKey(size: .bits256), to: peers.radiologist.card(), studyUID: StudyUID("2.25.77")).bytes,
            ]
        },
        run: { bytes in
            var source = ByteSource(bytes)
            let (kind, body) = (source.byte(), Array(source.rest))
            let (identity, card) = try Peers.shared.get().author
            func signed(_ kind: SignedStatement.Kind) throws -> SignedStatement {
                try SignedStatement(signing: body, kind: kind, key: identity.signingKey)
            }
            switch kind {
            case 0:
                let manifest = try Manifest(signed(.manifest), signedBy: card)
                try require((try? Manifest(text: manifest.text(), signedBy: card)) == manifest, "a manifest's text reads back as it was")
                _ = try? ClinicalOrder(manifest, key: SymmetricKey(data: [UInt8](repeating: 1, count: 32)))
                guard let reply = try Reply(manifest) else { return }
                let again = try Peers.manifest(signedBy: identity, attributes: ManifestAttributes(reply.attributes()))
                try require((try? Reply(again)) == reply, "a reply that was read is written as it was")
            case 1:
                let receipt = try InstanceReceipt(signed(.instanceReceipt), signedBy: card)
                try require(
                    (try? InstanceReceipt(text: receipt.text(), signedBy: card)) == receipt, "a receipt's text reads back as it was")
            case 2:
                let receipt = try StudyReceipt(signed(.studyReceipt), signedBy: card)
                try require((try? StudyReceipt(text: receipt.text(), signedBy: card)) == receipt, "a study's receipt reads back as it was")
            case 3:
                let card = try Card(signed(.card))
                try require((try? Card(text: card.text())) == card, "a card's text reads back as it was")
            case 5:
                let acknowledgement = try Acknowledgement(serialized: signed(.acknowledgement).serialized(), signedBy: card)
                try require(
                    (try? Acknowledgement(text: acknowledgement.text(), signedBy: card)) == acknowledgement,
                    "an acknowledgement's text reads back as it was")
            default:
                let capsule = try Capsule(bytes: body)
                try require((try? Capsule(bytes: capsule.bytes)) == capsule, "a capsule is written as it was read")
            }
        })

    /// Texts that people paste: cards, armour, names, addresses, fingerprints, certificates.
    static let armouredText = FuzzTarget(
        name: "armoured-text", maximumByteCount: 4096,
        seeds: {
            let peers = try Peers.shared.get()
            return try [peers.clinic.card().text(), peers.clinic.card().fingerprint.description, "[::1]:7777", "Praxis Müller", "2.25.77"]
                .map { Array($0.utf8) } + [
                    Array(Armour(label: "VEILRAY FUZZ", fields: [.init(name: "A", value: "b")], payload: [1, 2]).text.utf8)
                ]
        },
        run: { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let card = try? Card(text: text) {
                try require((try? Card(text: card.text())) == card, "a card's text reads back as it was")
            }
            if let armour = try? Armour(reading: text, label: "VEILRAY FUZZ") {
                let again = try? Armour(reading: armour.text, label: "VEILRAY FUZZ")
                try require(again?.payload == armour.payload, "armour is read as it was written")
            }
            if let name = try? PeerName(text) { try require((try? PeerName(name.text)) == name, "a name's text is its name") }
            if let address = try? PeerAddress(text) {
                try require((try? PeerAddress(address.description)) == address, "an address's text is its address")
            }
            if let print = try? Fingerprint(text) {
                try require((try? Fingerprint(print.description)) == print, "a fingerprint's text is its own")
            }
            // Padding is dropped.
            if let uid = try? StudyUID(text) { try require((try? StudyUID(uid.text)) == uid, "a UID's text is its own") }
            let harmless = PlainText.harmless(text)
            try require(PlainText.harmless(harmless) == harmless, "harmless text stays as it is")
        })
}

/// Two identities that know each other, made once for the process.
struct Peers {
    static let shared = Result { () throws -> Peers in try Peers() }

    let clinic: Identity
    let radiologist: Identity
    /// The radiologist's; it trusts the clinic alone.
    let trust: TrustStore
    /// Who signs what the fuzzer makes up, and the card that shows it.
    let author: (Identity, Card)
    let hello: [UInt8]
    let welcome: [UInt8]
    let states: SessionStates

    init() throws {
        clinic = try Identity.create(name: PeerName("Rural Clinic"))
        radiologist = try Identity.create(name: PeerName("Radiologist"))
        author = (clinic, try clinic.card())
        let capabilities = Capabilities(codecs: ["j2k", "none"], methods: ["reversible", "lsb"], features: [])
        let binding = ChannelBinding(
            exporter: [UInt8](repeating: 7, count: 32), initiatorCertificate: clinic.certificateDigest,
            responderCertificate: radiologist.certificateDigest)
        let handshake = try InitiatorHandshake(
            identity: clinic, peer: TrustedPeer(card: radiologist.card()), roles: .source(capabilities), binding: binding)
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "veilray-fuzz-\(UUID().uuidString)", directoryHint: .isDirectory)
        defer { try? FileManager.default.removeItem(at: folder) }
        trust = try TrustStore(home: Home(folder))
        _ = try trust.trust(clinic.card())
        let answering = try ResponderHandshake(
            identity: radiologist, trust: trust, certificateDER: clinic.certificateDER,
            roles: .sink(capabilities), binding: binding)
        let answer = try answering.answer(handshake.greeting)
        hello = handshake.greeting.body
        welcome = answer.greeting.body
        var states = SessionStates(sender: SessionState(handshake), receiver: SessionState(answering))
        try states.open(try Self.manifest(signedBy: clinic), greeting: handshake.greeting)
        self.states = states
    }

    /// A reply to ``manifest(signedBy:attributes:)``.
    static func reply(signedBy identity: Identity) throws -> Manifest {
        let asked = try manifest(signedBy: identity)
        let report = try ReportFacts(
            version: 2, status: .corrected, predecessor: asked.transferID, author: "Lee", time: .distantPast, criticality: .minutes,
            textDigest: ContentDigest(of: [1]), callback: "Lee, 1")
        return try manifest(
            signedBy: identity,
            attributes: ManifestAttributes(Reply(to: asked.transferID, manifestDigest: asked.digest, report: report).attributes()))
    }

    /// An acknowledgement, signed by the identity that signs all statements of these targets.
    static func acknowledgement() throws -> SignedStatement {
        let (identity, _) = try shared.get().author
        return try Acknowledgement(
            of: manifest(signedBy: identity), person: "Bell", role: "ward 3", readBack: "x", received: .distantPast, signedBy: identity
        ).statement
    }

    static func manifest(signedBy identity: Identity, attributes: ManifestAttributes = .none) throws -> Manifest {
        let entry = try ManifestEntry(path: "series/image.dcm", byteCount: 1_000, digest: ContentDigest(of: [1]))
        return try Manifest(studyUID: StudyUID("2.25.77"), entries: [entry, entry], attributes: attributes, signedBy: identity)
    }
}

/// Both sides of a session in which a study is open.
struct SessionStates {
    var sender: SessionState
    var receiver: SessionState

    /// Greets and opens a study of two instances.
    mutating func open(_ manifest: Manifest, greeting: SignedGreeting) throws {
        var toSender: [WireMessage] = try transmitted(receiver.receive(.hello(greeting)))
        for message in toSender { _ = try sender.receive(message) }
        for case .transmit(let message) in try sender.perform(.source(.open(manifest, SymmetricKey(size: .bits256)))) {
            _ = try receiver.receive(message)
        }
        toSender = try transmitted(receiver.perform(.sink(.admit(StudyAdmission()))))
        for message in toSender { _ = try sender.receive(message) }
    }

    private func transmitted(_ outputs: [SessionState.Output]) -> [WireMessage] {
        outputs.compactMap { if case .transmit(let message) = $0 { message } else { nil } }
    }

    /// Gives a message to both; each may end, and then takes nothing more.
    mutating func receive(_ envelope: [UInt8]) throws {
        let frames = [envelope]
        guard let message = (try? WireMessage(Message(frames: frames))) ?? (try? WireMessage(Message(frames: frames + [[1, 2, 3]]))) else {
            return
        }
        _ = try? sender.receive(message)
        _ = try? receiver.receive(message)
    }
}
