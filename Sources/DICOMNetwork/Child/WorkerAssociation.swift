import CDCMTK
import Glibc

/// One association, as the child takes it: asks the parent at every step, and moves the bytes.
struct WorkerAssociation {
    private let association: OpaquePointer
    private let idle: Int32
    private let commits: Bool

    /// - Parameters:
    ///   - idle: seconds without a byte after which the association is aborted.
    ///   - patience: seconds for the handshake and the request.
    ///   - commits: whether storage commitment may be asked for.
    static func run(connection: Int32, transport: OpaquePointer?, idle: Int32, patience: Int32, commits: Bool) {
        var reason = ReasonText()
        guard let association = reason.fill({ CDCMTK_receive(connection, transport, patience, $0) }) else {
            return AssociationWorker.say(.ended(.noRequest, reason: reason.text))
        }
        let worker = WorkerAssociation(association: association, idle: idle, commits: commits)
        let (ending, why) = worker.serve()
        // Before the connection is closed, which waits for what is still on its way.
        AssociationWorker.say(.ended(ending, reason: why))
        CDCMTK_close(association)
    }

    private func serve() -> (AssociationEnding, reason: String) {
        AssociationWorker.say(
            .requested(
                calling: String(cString: CDCMTK_calling_title(association)), called: String(cString: CDCMTK_called_title(association)),
                implementation: String(cString: CDCMTK_implementation(association))))
        switch AssociationWorker.hear().message {
        case .reject(let result, let source, let why)?:
            _ = CDCMTK_reject(association, UInt8(clamping: result), UInt8(clamping: source), UInt8(clamping: why))
            return (.rejected, "")
        case .accept?: break
        default: return (.stopped, "the parent said something else")
        }
        answerContexts()
        var reason = ReasonText()
        guard reason.fill({ CDCMTK_accept(association, $0) }) else { return (.broken, reason.text) }
        while true {
            var store = CDCMTK_store()
            let event = reason.fill { CDCMTK_next(association, idle, &store, $0) }
            guard event == CDCMTK_STORE || event == CDCMTK_ACTION else { return ended(event, reason) }
            if let end = take(store, isAction: event == CDCMTK_ACTION) { return end }
        }
    }

    private func answerContexts() {
        for index in 0..<CDCMTK_context_count(association) {
            var (abstract, syntax) = (ReasonText(), ReasonText())
            var count: Int32 = 0
            let identifier = abstract.fill { CDCMTK_context(association, index, $0, &count) }
            guard identifier != 0 else { continue }
            let proposed = (0..<count).compactMap { number in
                syntax.fill { CDCMTK_context_syntax(association, index, number, $0) } ? syntax.text : nil
            }
            switch PresentationContextRule.answer(abstractSyntax: abstract.text, proposed: proposed, commits: commits) {
            case .accepted(let chosen): _ = CDCMTK_accept_context(association, identifier, chosen)
            case .noSuchClass: _ = CDCMTK_refuse_context(association, identifier, 3)
            case .noSuchSyntax: _ = CDCMTK_refuse_context(association, identifier, 4)
            }
        }
    }

    /// - Returns: how the association ended; `nil` where it goes on.
    private func take(_ store: CDCMTK_store, isAction: Bool) -> (AssociationEnding, reason: String)? {
        let offer = InstanceOffer(
            sopClassUID: text(of: store.sop_class), sopInstanceUID: text(of: store.sop_instance),
            transferSyntaxUID: text(of: store.transfer_syntax))
        AssociationWorker.say(isAction ? .requestedAction(offer) : .offered(offer))
        let (message, file) = AssociationWorker.hear()
        guard case .write? = message else { return (.stopped, "the parent said something else") }
        var reason = ReasonText()
        var (count, failure): (UInt64, Int32) = (0, 0)
        // An action's data set is written into memory.
        let limit = isAction ? CommitmentRequest.maximumByteCount : .max
        let event = reason.fill { CDCMTK_receive_data_set(association, file, limit, idle, &count, &failure, $0) }
        // Closed before the parent hears of it: nobody has the file open for writing any more but the parent.
        if file >= 0 { close(file) }
        guard event == CDCMTK_STORE else { return ended(event, reason) }
        AssociationWorker.say(.received(byteCount: Int(clamping: count), failure: Int(failure)))
        guard case .answer(let answer)? = AssociationWorker.hear().message else { return (.stopped, "the parent said something else") }
        guard reason.fill({ CDCMTK_answer(association, answer.status, answer.comment, $0) }) else { return (.broken, reason.text) }
        return nil
    }

    private func ended(_ event: CDCMTK_event, _ reason: ReasonText) -> (AssociationEnding, reason: String) {
        switch event {
        case CDCMTK_RELEASED: return (.released, "")
        case CDCMTK_ABORTED: return (.aborted, "")
        case CDCMTK_SILENT:
            CDCMTK_abort(association)
            return (.idle, "")
        default:
            CDCMTK_abort(association)
            return (.broken, reason.text)
        }
    }

    /// Of one of the request's fields, which end in a zero byte.
    private func text<Bytes>(of field: Bytes) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
