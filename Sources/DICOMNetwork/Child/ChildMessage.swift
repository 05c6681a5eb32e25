import ChildProcesses

/// A child's message to its parent.
enum ChildMessage: Equatable, Sendable {
    /// It is there; one that takes an association has confined itself.
    case ready(isFiltered: Bool)
    /// Its TLS files cannot be used.
    case unusable(reason: String)
    /// Somebody asks for an association. Answered by `accept` or `reject`.
    case requested(calling: String, called: String, implementation: String)
    /// An instance is about to come. Answered by `write`.
    case offered(InstanceOffer)
    /// All of its data set has come. `failure` is the errno of writing it, or 0. Answered by `answer`.
    case received(byteCount: Int, failure: Int)
    /// It is over.
    case ended(AssociationEnding, reason: String)
    /// The other application has taken the association, with a result for each context (PS3.8 table 9-18).
    case associated(isFiltered: Bool, results: [UInt8])
    /// The message that was sent has its answer.
    case answered(status: Int, comment: String)
    /// There is no association, or none any more.
    case failed(PeerTrouble)
    /// A request for an action is about to come, which its fields name as an instance's are. Answered by `write`.
    case requestedAction(InstanceOffer)

    /// Bytes of the longest message, with room to spare: texts have 255 at most (`CDCMTK_TEXT_SIZE`).
    static let maximumByteCount = 4096
}

/// The reason that another application, when it was asked, did not answer as it should.
struct PeerTrouble: Equatable, Sendable {
    /// `CDCMTK_outcome`
    let outcome: Int
    /// Of a rejection (PS3.8 table 9-21).
    var rejection: [UInt8] = [0, 0, 0]
    /// In the library's words.
    let reason: String
}

/// The parent's message to its child.
enum ParentMessage: Equatable, Sendable {
    /// With the connection's descriptor.
    case take(idleSeconds: Int, patienceSeconds: Int, commits: Bool)
    case accept
    case reject(result: Int, source: Int, reason: Int)
    /// With the descriptor that the data set is written into, or without one where it is to be dropped.
    case write
    case answer(StoreAnswer)
    /// With the connection's descriptor. Answered by `associated` or `failed`.
    case ask(AssociationQuestion)
    /// With the descriptor of its data set. Answered by `answered` or `failed`.
    case send(OutgoingMessage)
    /// Take leave and end.
    case release

    /// Bytes of the longest message, with room to spare: the names of 128 contexts.
    static let maximumByteCount = 64 << 10
}

extension ChildMessage {
    var encoded: [UInt8] {
        var writer = MessageWriter()
        switch self {
        case .ready(let isFiltered):
            writer.put(0)
            writer.put(isFiltered)
        case .unusable(let reason):
            writer.put(1)
            writer.put(reason)
        case .requested(let calling, let called, let implementation):
            writer.put(2)
            for text in [calling, called, implementation] { writer.put(text) }
        case .offered(let offer):
            writer.put(3)
            for text in [offer.sopClassUID, offer.sopInstanceUID, offer.transferSyntaxUID] { writer.put(text) }
        case .received(let byteCount, let failure):
            writer.put(4)
            writer.put(byteCount)
            writer.put(failure)
        case .ended(let ending, let reason):
            writer.put(5)
            writer.put(ending.rawValue)
            writer.put(reason)
        case .associated(let isFiltered, let results):
            writer.put(6)
            writer.put(isFiltered)
            writer.put(results.count)
            for result in results { writer.put(Int(result)) }
        case .answered(let status, let comment):
            writer.put(7)
            writer.put(status)
            writer.put(comment)
        case .failed(let trouble):
            writer.put(8)
            writer.put(trouble.outcome)
            for number in trouble.rejection { writer.put(Int(number)) }
            writer.put(trouble.reason)
        case .requestedAction(let offer):
            writer.put(9)
            for text in [offer.sopClassUID, offer.sopInstanceUID, offer.transferSyntaxUID] { writer.put(text) }
        }
        return writer.bytes
    }

    init?(_ bytes: some Sequence<UInt8>) {
        var reader = MessageReader(bytes)
        switch reader.number() {
        case 0:
            guard let isFiltered = reader.flag() else { return nil }
            self = .ready(isFiltered: isFiltered)
        case 1:
            guard let reason = reader.text() else { return nil }
            self = .unusable(reason: reason)
        case 2:
            guard let calling = reader.text(), let called = reader.text(), let implementation = reader.text() else { return nil }
            self = .requested(calling: calling, called: called, implementation: implementation)
        case 3:
            guard let sopClass = reader.text(), let instance = reader.text(), let syntax = reader.text() else { return nil }
            self = .offered(InstanceOffer(sopClassUID: sopClass, sopInstanceUID: instance, transferSyntaxUID: syntax))
        case 4:
            guard let count = reader.number(), count >= 0, let failure = reader.number() else { return nil }
            self = .received(byteCount: count, failure: failure)
        case 5:
            guard let ending = reader.number().flatMap(AssociationEnding.init(rawValue:)), let reason = reader.text() else { return nil }
            self = .ended(ending, reason: reason)
        case 6:
            guard let isFiltered = reader.flag(), let count = reader.number(), (0...128).contains(count),
                let results = reader.bytes(count)
            else { return nil }
            self = .associated(isFiltered: isFiltered, results: results)
        case 7:
            guard let status = reader.number(), let comment = reader.text() else { return nil }
            self = .answered(status: status, comment: comment)
        case 8:
            guard let outcome = reader.number(), let rejection = reader.bytes(3), let reason = reader.text() else { return nil }
            self = .failed(PeerTrouble(outcome: outcome, rejection: rejection, reason: reason))
        case 9:
            guard let sopClass = reader.text(), let instance = reader.text(), let syntax = reader.text() else { return nil }
            self = .requestedAction(InstanceOffer(sopClassUID: sopClass, sopInstanceUID: instance, transferSyntaxUID: syntax))
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }
}

extension ParentMessage {
    var encoded: [UInt8] {
        var writer = MessageWriter()
        switch self {
        case .take(let idle, let patience, let commits):
            writer.put(0)
            writer.put(idle)
            writer.put(patience)
            writer.put(commits)
        case .accept: writer.put(1)
        case .reject(let result, let source, let reason):
            writer.put(2)
            for number in [result, source, reason] { writer.put(number) }
        case .write: writer.put(3)
        case .answer(let answer):
            writer.put(4)
            writer.put(Int(answer.status))
            writer.put(answer.comment)
        case .ask(let question):
            writer.put(5)
            question.write(to: &writer)
        case .send(let message):
            writer.put(6)
            message.write(to: &writer)
        case .release: writer.put(7)
        }
        return writer.bytes
    }

    init?(_ bytes: some Sequence<UInt8>) {
        var reader = MessageReader(bytes)
        switch reader.number() {
        case 0:
            guard let idle = reader.number(), let patience = reader.number(), let commits = reader.flag() else { return nil }
            self = .take(idleSeconds: idle, patienceSeconds: patience, commits: commits)
        case 1: self = .accept
        case 2:
            guard let result = reader.number(), let source = reader.number(), let reason = reader.number() else { return nil }
            self = .reject(result: result, source: source, reason: reason)
        case 3: self = .write
        case 4:
            guard let status = reader.number().flatMap(UInt16.init(exactly:)), let comment = reader.text() else { return nil }
            self = .answer(StoreAnswer(status: status, comment: comment))
        case 5:
            guard let question = AssociationQuestion(from: &reader) else { return nil }
            self = .ask(question)
        case 6:
            guard let message = OutgoingMessage(from: &reader) else { return nil }
            self = .send(message)
        case 7: self = .release
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }
}

extension MessageReader {
    /// Numbers of a byte each.
    fileprivate mutating func bytes(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        for _ in 0..<count {
            guard let byte = number().flatMap(UInt8.init(exactly:)) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
