import ChildProcesses

/// What a door's child tells its parent.
enum ChildMessage: Equatable, Sendable {
    /// It has confined itself.
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

    /// Bytes of the longest message, with room to spare: texts have 255 at most (`CDCMTK_TEXT_SIZE`).
    static let maximumByteCount = 4096
}

/// What the parent tells its child.
enum ParentMessage: Equatable, Sendable {
    /// With the connection's descriptor.
    case take(idleSeconds: Int, patienceSeconds: Int)
    case accept
    case reject(result: Int, source: Int, reason: Int)
    /// With the descriptor that the data set is written into, or without one where it is to be dropped.
    case write
    case answer(StoreAnswer)
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
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }
}

extension ParentMessage {
    var encoded: [UInt8] {
        var writer = MessageWriter()
        switch self {
        case .take(let idle, let patience):
            writer.put(0)
            writer.put(idle)
            writer.put(patience)
        case .accept: writer.put(1)
        case .reject(let result, let source, let reason):
            writer.put(2)
            for number in [result, source, reason] { writer.put(number) }
        case .write: writer.put(3)
        case .answer(let answer):
            writer.put(4)
            writer.put(Int(answer.status))
            writer.put(answer.comment)
        }
        return writer.bytes
    }

    init?(_ bytes: some Sequence<UInt8>) {
        var reader = MessageReader(bytes)
        switch reader.number() {
        case 0:
            guard let idle = reader.number(), let patience = reader.number() else { return nil }
            self = .take(idleSeconds: idle, patienceSeconds: patience)
        case 1: self = .accept
        case 2:
            guard let result = reader.number(), let source = reader.number(), let reason = reader.number() else { return nil }
            self = .reject(result: result, source: source, reason: reason)
        case 3: self = .write
        case 4:
            guard let status = reader.number().flatMap(UInt16.init(exactly:)), let comment = reader.text() else { return nil }
            self = .answer(StoreAnswer(status: status, comment: comment))
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }
}
