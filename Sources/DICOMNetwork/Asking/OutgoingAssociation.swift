import Basics
import CLinux
import ChildProcesses
public import DICOM
import Glibc
import Logging

/// An association with another application that is sent files, one after the other (PS3.4 Annex B). Blocks; used on one thread.
///
/// The connection is made here, and what is said over it is said and heard by a child (``AskingWorker``).
public final class OutgoingAssociation {
    /// How often it is looked whether the caller still wants to wait.
    private static let tick: Int32 = 200
    /// The time that a child has beyond that which it measures itself, before it is ended.
    private static let grace = Duration.seconds(10)

    private let child: AssociationChild
    private let timeout: Duration
    private let isCancelled: () -> Bool
    private let numbers: [PresentationContext: UInt8]
    private let results: [UInt8]

    /// The fate of one file.
    public enum Answer: Equatable, Sendable {
        case answered(StoreStatus)
        /// The other side does not take files of this SOP class, or not in this transfer syntax; the result of PS3.8 table 9-18.
        case refused(UInt8)
    }

    /// Asks for an association that is good for `contexts`, at most ``PresentationContext/most``.
    ///
    /// - Parameters:
    ///   - timeout: for the connection, for sending, and for each answer; from one second.
    ///   - isCancelled: asked a few times a second while it waits.
    /// - Throws: ``AssociationFailure``
    public init(
        with target: StorageTarget, calling: ApplicationEntityTitle, timeout: Duration, for contexts: Set<PresentationContext>,
        command: AssociationChildCommand = .thisProgram, unless isCancelled: @escaping () -> Bool
    ) throws(AssociationFailure) {
        let contexts = contexts.sorted()
        numbers = Dictionary(uniqueKeysWithValues: contexts.enumerated().map { ($1, UInt8(truncatingIfNeeded: 2 * $0 + 1)) })
        self.timeout = timeout
        self.isCancelled = isCancelled
        let connection = try PeerConnection(host: target.host, port: target.port, timeout: timeout, unless: isCancelled)
        let child: AssociationChild
        do {
            child = try AssociationChild(command, .asks(target.credentials))
        } catch {
            throw AssociationFailure(error.description)
        }
        self.child = child
        let question = AssociationQuestion(
            calling: calling.text, called: target.title.text, seconds: max(1, Int(timeout.components.seconds)), contexts: contexts)
        let isAsked = withExtendedLifetime(connection) { child.send(.ask(question), descriptor: connection.descriptor) }
        guard isAsked else { throw Self.lost }
        switch try Self.next(from: child, within: timeout, unless: isCancelled) {
        case .associated(let isFiltered, let results) where results.count == contexts.count:
            self.results = results
            if !isFiltered { Logger(label: "veilray.forward").debug("this kernel does not filter system calls") }
        case .failed(let trouble): throw AssociationFailure(trouble)
        default: throw Self.lost
        }
    }

    /// Makes sure that children can be had, and that the target's TLS files can be used. Blocks for a moment.
    ///
    /// - Throws: ``AssociationFailure``
    public static func examine(
        _ target: StorageTarget, command: AssociationChildCommand = .thisProgram
    ) throws(AssociationFailure) {
        do {
            try AssociationChild(command, .asks(target.credentials)).end()
        } catch {
            throw AssociationFailure("\(target): \(error.description)")
        }
    }

    private static let lost = AssociationFailure("the child that speaks to it has ended", isCut: true)

    /// Hands over one file, its data set bit for bit.
    ///
    /// - Parameters:
    ///   - file: an open file, whose place the child moves.
    ///   - byteCount: of the file.
    /// - Throws: ``AssociationFailure``: the association is of no use any more then.
    public func store(_ file: Int32, byteCount: Int, _ identity: StorageIdentity) throws(AssociationFailure) -> Answer {
        let context = PresentationContext(sopClassUID: identity.sopClassUID, transferSyntaxUID: identity.transferSyntaxUID)
        guard let number = numbers[context] else { return .refused(3) }
        let message = OutgoingMessage(
            sopClassUID: identity.sopClassUID, sopInstanceUID: identity.sopInstanceUID, context: number, offset: identity.dataSetOffset,
            byteCount: max(0, byteCount - identity.dataSetOffset))
        return try send(message, file)
    }

    func send(_ message: OutgoingMessage, _ file: Int32) throws(AssociationFailure) -> Answer {
        let result = results[Int(message.context / 2)]
        guard result == 0 else { return .refused(result) }
        guard child.send(.send(message), descriptor: file) else { throw Self.lost }
        switch try Self.next(from: child, within: timeout, reading: file, unless: isCancelled) {
        case .answered(let status, let comment):
            return .answered(
                StoreStatus(code: UInt16(truncatingIfNeeded: status), comment: PlainText.harmless(comment.trimmed)))
        case .failed(let trouble): throw AssociationFailure(trouble)
        default: throw Self.lost
        }
    }

    /// Reports on a request for storage commitment to the application that made it, over an association of its own. Blocks.
    ///
    /// - Throws: ``AssociationFailure`` also where it was not heard.
    public static func report(
        _ report: CommitmentReport, to target: StorageTarget, calling: ApplicationEntityTitle, timeout: Duration,
        command: AssociationChildCommand = .thisProgram, unless isCancelled: @escaping () -> Bool
    ) throws(AssociationFailure) {
        let context = PresentationContext(
            sopClassUID: PresentationContextRule.commitment, transferSyntaxUID: TransferSyntax.implicitLittleEndian.uid, isProvider: true)
        let association = try OutgoingAssociation(
            with: target, calling: calling, timeout: timeout, for: [context], command: command, unless: isCancelled)
        let bytes = report.dataSet
        let memory = CLinux_shared_memory()
        guard memory >= 0 else { throw AssociationFailure(errno) }
        defer { close(memory) }
        guard bytes.withUnsafeBytes({ write(memory, $0.baseAddress, $0.count) }) == bytes.count else { throw AssociationFailure(errno) }
        let message = OutgoingMessage(
            kind: .eventReport(report.eventType), sopClassUID: context.sopClassUID, sopInstanceUID: CommitmentRequest.sopInstanceUID,
            context: 1, offset: 0, byteCount: bytes.count)
        switch try association.send(message, memory) {
        case .answered(let status) where status.isStored: association.release()
        case .answered(let status): throw AssociationFailure(status.description)
        case .refused: throw AssociationFailure("it does not take reports of storage commitment")
        }
    }

    /// Takes leave; whatever comes of that, every file is answered.
    public func release() {
        guard child.send(.release) else { return }
        _ = try? Self.next(from: child, within: timeout, unless: isCancelled)
    }

    /// - Parameter file: as long as the child reads on in it, there is time.
    private static func next(
        from child: AssociationChild, within patience: Duration, reading file: Int32? = nil, unless isCancelled: () -> Bool
    ) throws(AssociationFailure) -> ChildMessage {
        // The child and its descriptor share the file's place.
        func place() -> off_t { file.map { lseek($0, 0, SEEK_CUR) } ?? 0 }
        var last = place()
        var deadline = ContinuousClock.now + patience + grace
        while !isCancelled() {
            switch child.receive(within: tick) {
            case .message(let message): return message
            case .gone: throw lost
            case .nothing: break
            }
            let now = ContinuousClock.now
            if case let here = place(), here != last {
                last = here
                deadline = now + patience + grace
            }
            guard now < deadline else { break }
        }
        child.kill()
        throw .silence
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
