import DICOM
import Foundation

/// An association with another application that stores files, one after the other (PS3.4 Annex B, PS3.8). Blocks; used on one thread.
final class StorageAssociation {
    /// Of one unit of data in either direction, in bytes.
    private static let maximumLength = 128 << 10
    /// Names this software to the other side (PS3.7 §D.3.3.2).
    private static let implementationUID = UniqueIdentifier.named("implementation class")
    private static let implementationVersion = "VEILRAY"

    private let socket: PeerSocket
    private let numbers: [PresentationContext: UInt8]
    private let accepted: AssociateAccept
    private var messages: UInt16 = 0

    /// What became of one file.
    enum Answer: Equatable {
        case answered(StoreStatus)
        /// The other side does not take files of this SOP class, or not in this transfer syntax; the result of PS3.8 table 9-18.
        case refused(UInt8)
    }

    /// Asks for an association that is good for `contexts`, at most 128.
    ///
    /// - Throws: ``AssociationFailure``
    init(
        with target: StorageTarget, calling: ApplicationEntityTitle, timeout: Duration, for contexts: Set<PresentationContext>,
        unless isCancelled: @escaping () -> Bool
    ) throws(AssociationFailure) {
        let numbered = contexts.sorted().enumerated().map { (UInt8(truncatingIfNeeded: 2 * $0.offset + 1), $0.element) }
        numbers = Dictionary(uniqueKeysWithValues: numbered.map { ($0.1, $0.0) })
        socket = try PeerSocket(host: target.host, port: target.port, timeout: timeout, unless: isCancelled)
        try socket.send(
            .associateRequest(
                AssociateRequest(
                    calling: calling.text, called: target.title.text, contexts: numbered, maximumLength: UInt32(Self.maximumLength),
                    implementationUID: Self.implementationUID, implementationVersion: Self.implementationVersion)))
        switch try socket.receive() {
        case .associateAccept(let accept): accepted = accept
        case .associateReject(let result, let source, let reason):
            throw AssociationFailure("it rejects the association: \(Self.rejection(result, source, reason))")
        case .abort: throw AssociationFailure("it aborts the association")
        default: throw .nonsense
        }
    }

    /// PS3.8 table 9-21.
    private static func rejection(_ result: UInt8, _ source: UInt8, _ reason: UInt8) -> String {
        switch (source, reason) {
        case (1, 3): "it does not know the calling title of this side"
        case (1, 7): "it has another title than the one that was called"
        case (3, 1): "it is congested"
        case (3, 2): "it has too many associations"
        default: "\(result == 1 ? "for good" : "for now"), source \(source), reason \(reason)"
        }
    }

    /// Hands over one file.
    ///
    /// - Throws: ``AssociationFailure``: the association is of no use any more then.
    func store(_ file: [UInt8], _ identity: StorageIdentity) throws(AssociationFailure) -> Answer {
        let context = PresentationContext(sopClassUID: identity.sopClassUID, transferSyntaxUID: identity.transferSyntaxUID)
        guard let number = numbers[context], let result = accepted.results[number] else { return .refused(3) }
        guard result == 0 else { return .refused(result) }
        messages &+= 1
        let command = StoreCommandSet.request(messages, sopClassUID: identity.sopClassUID, sopInstanceUID: identity.sopInstanceUID)
        try send(command[...], in: number, isCommand: true)
        // PS3.5 §7.1: a data set has an even length; one of an original that is odd gets what makes it so.
        let dataSet = file[identity.dataSetOffset...]
        try send(dataSet.count % 2 == 0 ? dataSet : dataSet + [0], in: number, isCommand: false)
        return .answered(try answer())
    }

    private func send(_ bytes: ArraySlice<UInt8>, in context: UInt8, isCommand: Bool) throws(AssociationFailure) {
        // Of each unit, six bytes are the value's own header (PS3.8 §9.3.5.1).
        let limit = accepted.maximumLength == 0 ? Self.maximumLength : min(Self.maximumLength, Int(accepted.maximumLength))
        let length = max(limit - 6, 2) & ~1
        var rest = bytes
        repeat {
            let part = rest.prefix(length)
            rest = rest.dropFirst(part.count)
            try socket.send(
                .data([PresentationDataValue(context: context, isCommand: isCommand, isLast: rest.isEmpty, bytes: Array(part))]))
        } while !rest.isEmpty
    }

    private func answer() throws(AssociationFailure) -> StoreStatus {
        var command: [UInt8] = []
        while true {
            switch try socket.receive() {
            case .data(let values):
                for value in values where value.isCommand {
                    command += value.bytes
                    guard value.isLast else { continue }
                    guard let status = StoreCommandSet.status(in: command) else { throw .nonsense }
                    return status
                }
                guard command.count < Self.maximumLength else { throw .nonsense }
            case .abort: throw AssociationFailure("it aborts the association", isCut: true)
            case .releaseRequest:
                try? socket.send(.releaseResponse)
                throw AssociationFailure("it leaves in the middle", isCut: true)
            default: throw .nonsense
            }
        }
    }

    /// Takes leave; whatever comes of that, every file is answered.
    func release() {
        guard (try? socket.send(.releaseRequest)) != nil else { return }
        _ = try? socket.receive()
    }
}
