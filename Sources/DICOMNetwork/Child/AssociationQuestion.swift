import ChildProcesses
import DICOM

/// A request to another application.
struct AssociationQuestion: Equatable, Sendable {
    /// Names this software to the other side (PS3.7 §D.3.3.2).
    static let implementationVersion = "VEILRAY"

    let calling: String
    let called: String
    var implementationUID = UniqueIdentifier.named("implementation class")
    /// For the handshake, for sending and for each answer.
    let seconds: Int
    /// At most ``PresentationContext/most``; the first has identifier 1, the next 3, and so on.
    let contexts: [PresentationContext]

    init(calling: String, called: String, seconds: Int, contexts: [PresentationContext]) {
        self.calling = calling
        self.called = called
        self.seconds = seconds
        self.contexts = contexts
    }

    func write(to writer: inout MessageWriter) {
        for text in [calling, called, implementationUID] { writer.put(text) }
        writer.put(seconds)
        writer.put(contexts.count)
        for context in contexts {
            writer.put(context.sopClassUID)
            writer.put(context.transferSyntaxUID)
            writer.put(context.isProvider)
        }
    }

    init?(from reader: inout MessageReader) {
        guard let calling = reader.text(), let called = reader.text(), let implementation = reader.text(), let seconds = reader.number(),
            let count = reader.number(), (0...PresentationContext.most).contains(count)
        else { return nil }
        var contexts: [PresentationContext] = []
        for _ in 0..<count {
            guard let sopClass = reader.text(), let syntax = reader.text(), let isProvider = reader.flag() else { return nil }
            contexts.append(PresentationContext(sopClassUID: sopClass, transferSyntaxUID: syntax, isProvider: isProvider))
        }
        (self.calling, self.called, implementationUID) = (calling, called, implementation)
        (self.seconds, self.contexts) = (seconds, contexts)
    }
}

/// A message with a data set, which lies in a file.
struct OutgoingMessage: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case store
        /// Event Type ID (0000,1002).
        case eventReport(UInt16)

        /// Command Field (0000,0100).
        var commandField: UInt16 {
            switch self {
            case .store: 0x0001
            case .eventReport: 0x0100
            }
        }
    }

    var kind = Kind.store
    let sopClassUID: String
    let sopInstanceUID: String
    /// The identifier of its presentation context.
    let context: UInt8
    /// Where in the file the data set begins, and how long it is, in bytes.
    let offset: Int
    let byteCount: Int

    init(kind: Kind = .store, sopClassUID: String, sopInstanceUID: String, context: UInt8, offset: Int, byteCount: Int) {
        self.kind = kind
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        self.context = context
        self.offset = offset
        self.byteCount = byteCount
    }

    func write(to writer: inout MessageWriter) {
        switch kind {
        case .store: writer.put(-1)
        case .eventReport(let type): writer.put(Int(type))
        }
        writer.put(sopClassUID)
        writer.put(sopInstanceUID)
        for number in [Int(context), offset, byteCount] { writer.put(number) }
    }

    init?(from reader: inout MessageReader) {
        guard let event = reader.number(), let sopClass = reader.text(), let instance = reader.text(),
            let context = reader.number().flatMap(UInt8.init(exactly:)), let offset = reader.number(), let count = reader.number(),
            offset >= 0, count >= 0
        else { return nil }
        self.init(
            kind: UInt16(exactly: event).map { .eventReport($0) } ?? .store, sopClassUID: sopClass, sopInstanceUID: instance,
            context: context, offset: offset, byteCount: count)
    }
}
