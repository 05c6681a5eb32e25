import Basics
import CDCMTK
import Glibc

/// The reason that there is no association with another application, or none any more.
public struct AssociationFailure: Error, CustomStringConvertible, Sendable {
    public let description: String
    /// Whether the other side ended an association that there was: one file may have been the reason.
    public let isCut: Bool

    init(_ description: String, isCut: Bool = false) {
        self.description = description
        self.isCut = isCut
    }

    /// - Parameter number: errno.
    init(_ number: Int32) {
        self.init(systemMessage(number).lowercased(), isCut: number == ECONNRESET || number == EPIPE)
    }

    init(_ trouble: PeerTrouble) {
        switch CDCMTK_outcome(UInt32(truncatingIfNeeded: trouble.outcome)) {
        case CDCMTK_REJECTED: self.init("it rejects the association: \(Self.rejection(trouble.rejection))")
        case CDCMTK_PEER_ABORTED: self.init("it aborts the association", isCut: true)
        case CDCMTK_PEER_LEFT: self.init("it leaves in the middle", isCut: true)
        case CDCMTK_PEER_GONE: self.init("it closed the connection", isCut: true)
        case CDCMTK_PEER_SILENT: self = .silence
        case CDCMTK_PEER_NONSENSE: self = .nonsense
        case CDCMTK_FILE_FAILED: self.init("the file cannot be read to its end: \(trouble.reason)", isCut: true)
        default: self.init(trouble.reason, isCut: true)
        }
    }

    static let silence = AssociationFailure("it does not answer")
    static let nonsense = AssociationFailure("it says what is no DICOM", isCut: true)

    /// - Parameter numbers: result, source and reason (PS3.8 table 9-21).
    private static func rejection(_ numbers: [UInt8]) -> String {
        guard numbers.count == 3 else { return "for no reason" }
        let (result, source, reason) = (numbers[0], numbers[1], numbers[2])
        return switch (source, reason) {
        case (1, 3): "it does not know the calling title of this side"
        case (1, 7): "it has another title than the one that was called"
        case (3, 1): "it is congested"
        case (3, 2): "it has too many associations"
        default: "\(result == 1 ? "for good" : "for now"), source \(source), reason \(reason)"
        }
    }
}
