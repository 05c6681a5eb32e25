import CDCMTK
import Glibc
import Synchronization

/// One association, as the child makes it that asks for one: sends what the parent hands over, and tells of the answers.
struct AskingWorker {
    /// Set by ``confine``, which the library calls and which can hold nothing.
    private static let isFiltered = Atomic(false)

    private let association: OpaquePointer
    private let seconds: Int32

    static func run(_ question: AssociationQuestion, connection: Int32, transport: OpaquePointer?) {
        var reason = ReasonText()
        var (results, rejection) = ([UInt8](repeating: 3, count: question.contexts.count), [UInt8](repeating: 0, count: 3))
        var association: OpaquePointer?
        let outcome = reason.fill { reason in
            question.withRequest { request in
                CDCMTK_request(connection, transport, request, confine, &association, &results, &rejection, reason)
            }
        }
        guard outcome == CDCMTK_DONE, let association else {
            return AssociationWorker.say(
                .failed(PeerTrouble(outcome: Int(outcome.rawValue), rejection: rejection, reason: reason.text)))
        }
        AssociationWorker.say(.associated(isFiltered: isFiltered.load(ordering: .relaxed), results: results))
        AskingWorker(association: association, seconds: Int32(clamping: question.seconds)).serve()
        CDCMTK_close(association)
    }

    /// It writes into no file.
    private static let confine: @convention(c) () -> Void = {
        isFiltered.store(AssociationWorker.confine(largestFile: 0), ordering: .relaxed)
    }

    private func serve() {
        while true {
            let (message, file) = AssociationWorker.hear()
            switch message {
            case .send(let message)? where file >= 0:
                let answer = send(message, file)
                close(file)
                AssociationWorker.say(answer)
                if case .failed = answer { return CDCMTK_abort(association) }
            case .release?:
                CDCMTK_release(association)
                return AssociationWorker.say(.ended(.released, reason: ""))
            default: return CDCMTK_abort(association)
            }
        }
    }

    private func send(_ message: OutgoingMessage, _ file: Int32) -> ChildMessage {
        var (reason, comment) = (ReasonText(), ReasonText())
        var status: UInt16 = 0
        let outcome = message.sopClassUID.withCString { sopClass in
            message.sopInstanceUID.withCString { sopInstance in
                var piece = CDCMTK_message()
                piece.field = message.kind.commandField
                if case .eventReport(let type) = message.kind { piece.event_type = type }
                (piece.sop_class, piece.sop_instance) = (sopClass, sopInstance)
                piece.context = message.context
                piece.descriptor = file
                (piece.offset, piece.byte_count) = (UInt64(message.offset), UInt64(message.byteCount))
                return comment.fill { comment in
                    reason.fill { CDCMTK_send(association, &piece, seconds, &status, comment, $0) }
                }
            }
        }
        guard outcome == CDCMTK_DONE else { return .failed(PeerTrouble(outcome: Int(outcome.rawValue), reason: reason.text)) }
        return .answered(status: Int(status), comment: comment.text)
    }
}

extension AssociationQuestion {
    /// The library's form of it, which is good while `body` runs.
    fileprivate func withRequest<Result>(_ body: (UnsafePointer<CDCMTK_association_request>) -> Result) -> Result {
        var texts: [UnsafeMutablePointer<CChar>?] = []
        defer { for text in texts { free(text) } }
        func text(_ string: String) -> UnsafePointer<CChar>? {
            let copy = strdup(string)
            texts.append(copy)
            return copy.map { UnsafePointer($0) }
        }
        let contexts = self.contexts.map {
            CDCMTK_context_request(
                abstract_syntax: text($0.sopClassUID), transfer_syntax: text($0.transferSyntaxUID), is_provider: $0.isProvider)
        }
        // Bounds: the library reads `context_count` of them.
        return contexts.withUnsafeBufferPointer { contexts in
            var request = CDCMTK_association_request(
                calling: text(calling), called: text(called), implementation_uid: text(implementationUID),
                implementation_version: text(Self.implementationVersion), contexts: contexts.baseAddress,
                context_count: Int32(contexts.count), seconds: Int32(clamping: seconds))
            return body(&request)
        }
    }
}
