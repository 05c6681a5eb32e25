import Basics
import SecureChannel
import SwiftProtobuf

extension WireMessage {
    /// Longest envelope before both sides know each other.
    static let greetingByteCount = 64 * 1_024
    /// Longest envelope ever: the longest manifest and what surrounds it.
    static let envelopeByteCount = Manifest.maximumByteCount + 64 * 1_024
    /// Longest message but for the two that list a study's instances.
    private static let usualByteCount = greetingByteCount
    /// Longest `StudyOpened`: 100 000 standings of 50 bytes, and some to spare.
    private static let studyOpenedByteCount = 8 * 1_024 * 1_024

    /// Numbers of fields in `veilray.proto`.
    private enum WireField {
        static let messages: ClosedRange<UInt64> = 1...20
        static let openStudy: UInt64 = 3
        static let studyOpened: UInt64 = 4
        static let standings: UInt64 = 2
    }

    /// Sees to it, before a long envelope is decoded, that it is one of those that may be long, and lists no more than a study can have.
    private static func checkSize(of envelope: [UInt8]) throws(ProtocolError) {
        var walk = FieldWalk(envelope)
        var messages = 0
        while let field = walk.next() {
            guard WireField.messages.contains(field.number) else { continue }
            messages += 1
            let limit =
                switch field.number {
                case WireField.openStudy: envelopeByteCount
                case WireField.studyOpened: studyOpenedByteCount
                default: usualByteCount
                }
            // Of several messages in one envelope the decoder would keep the last, or join them.
            guard messages == 1, field.payload.count <= limit else { throw .violation("an envelope of \(envelope.count) bytes") }
            guard field.number == WireField.studyOpened else { continue }
            let most = SessionLimits.instances.upperBound
            guard FieldWalk.count(of: WireField.standings, in: envelope, field.payload, limit: most) != nil else {
                throw .violation("standings of more than \(most) instances")
            }
        }
        guard !walk.isBroken else { throw .violation("an envelope that cannot be read") }
    }

    /// Reads one message. Fields of later releases are passed over; anything that makes no sense is a violation.
    ///
    /// - Throws: ``ProtocolError/Code/protocolViolation``
    init(_ message: SecureChannel.Message, envelopeLimit: Int = envelopeByteCount) throws(ProtocolError) {
        guard let first = message.frames.first, message.frames.count <= 2 else {
            throw .violation("a message of \(message.frames.count) frames")
        }
        guard first.count <= envelopeLimit else { throw .violation("an envelope of \(first.count) bytes") }
        if first.count > Self.usualByteCount { try Self.checkSize(of: first) }
        var options = BinaryDecodingOptions()
        options.messageDepthLimit = 8
        options.discardUnknownFields = true
        guard let envelope = try? WireEnvelope(serializedBytes: first, options: options) else {
            throw .violation("an envelope that cannot be read")
        }
        guard let content = envelope.message else { throw .violation("a message of a kind that this release does not know") }
        if case .chunk(let chunk) = content {
            guard message.frames.count == 2, !message.frames[1].isEmpty else { throw .violation("a chunk without bytes") }
            self = .chunk(
                Chunk(
                    study: chunk.study, index: Int(chunk.index), offset: chunk.offset, bytes: message.frames[1],
                    head: try Self.head(chunk)))
        } else {
            guard message.frames.count == 1 else { throw .violation("bytes beside a message that has none") }
            self = try Self.control(content)
        }
    }

    private static func control(_ content: WireEnvelope.OneOf_Message) throws(ProtocolError) -> WireMessage {
        switch content {
        case .hello(let hello): .hello(SignedGreeting(body: Array(hello.body), signature: Array(hello.signature)))
        case .welcome(let welcome): .welcome(SignedGreeting(body: Array(welcome.body), signature: Array(welcome.signature)))
        case .openStudy(let open): .openStudy(try OpenStudy(open))
        case .studyKey(let key): .studyKey(StudyKey(study: key.study, sealedKey: try HybridEncryption.Sealed(key)))
        case .studyOpened(let opened): .studyOpened(study: opened.study, try StudyStanding(opened.standings))
        case .instanceHeader(let header): .instanceHeader(study: header.study, try InstanceHeader(header))
        case .withdraw(let withdraw):
            .withdraw(study: withdraw.study, index: Int(withdraw.index), reason: PlainText.harmless(withdraw.reason))
        case .credit(let credit): .credit(try Credit(credit))
        case .instanceReceipt(let statement): .instanceReceipt(try signed(statement))
        case .studyComplete(let complete): .studyComplete(study: complete.study)
        case .studyReceipt(let statement): .studyReceipt(try signed(statement))
        case .stopStudy(let end):
            .stopStudy(StudyEnd(study: end.study, code: AbortCode(rawValue: end.code), reason: PlainText.harmless(end.reason)))
        case .refuseStudy(let end):
            .refuseStudy(StudyEnd(study: end.study, code: AbortCode(rawValue: end.code), reason: PlainText.harmless(end.reason)))
        case .noMoreStudies: .noMoreStudies
        case .keepAlive: .keepAlive
        case .probe(let probe): .probe(number: probe.number, byteCount: probe.filling.count)
        case .probeAnswer(let answer): .probeAnswer(number: answer.number)
        case .goodbye: .goodbye
        case .abort(let abort): .abort(AbortCode(rawValue: abort.code), reason: PlainText.harmless(abort.reason))
        case .chunk: throw .violation("a chunk without bytes")
        }
    }

    private static func head(_ chunk: WireChunk) throws(ProtocolError) -> HeadTerms? {
        guard chunk.standsFor > 0 else {
            guard chunk.basis == 0, chunk.place == 0 else { throw .violation("a chunk that is no head and has a place") }
            return nil
        }
        guard let terms = HeadTerms(byteCount: Int(chunk.standsFor), basis: Int(chunk.basis), place: Int(chunk.place)) else {
            throw .violation("a short head beyond its limits")
        }
        return terms
    }

    private static func signed(_ wire: WireSignedStatement) throws(ProtocolError) -> SignedStatement {
        guard !wire.body.isEmpty, wire.signature.count == SignedStatement.signatureByteCount else {
            throw .violation("a statement that is not signed")
        }
        return SignedStatement(wire)
    }
}

extension WireMessage.OpenStudy {
    init(_ wire: WireOpenStudy) throws(ProtocolError) {
        guard !wire.hasKey || wire.key.study == wire.study else { throw .violation("another study's key") }
        study = wire.study
        manifest = SignedStatement(wire.manifest)
        sealedKey = wire.hasKey ? try HybridEncryption.Sealed(wire.key) : nil
    }
}

extension HybridEncryption.Sealed {
    fileprivate init(_ wire: WireStudyKey) throws(ProtocolError) {
        guard wire.encapsulatedKey.count == HybridEncryption.encapsulatedKeyByteCount,
            wire.sealedStudyKey.count == HybridEncryption.sealedStudyKeyByteCount
        else { throw .violation("a study key of the wrong size") }
        self.init(encapsulatedKey: Array(wire.encapsulatedKey), ciphertext: Array(wire.sealedStudyKey))
    }
}

extension WireMessage.Credit {
    fileprivate init(_ wire: WireCredit) throws(ProtocolError) {
        guard let bytes = Int(exactly: wire.bytes), (0...SessionLimits.windowBytes.upperBound).contains(bytes) else {
            throw .violation("a credit of \(wire.bytes) bytes")
        }
        self.init(bytes: bytes, arrived: wire.arrived)
    }
}
