import DICOMNetwork

/// An event at the door, as a `--json` line; docs/json/sending.md lists them.
package enum DoorReport: Sendable {
    case listening(Listening)
    case association(Association)
    case associationRefused(AssociationRefused)
    case instanceRefused(InstanceRefused)

    package struct Listening: Encodable, Sendable {
        package let event = "listening"
        package let ports: [Int]
        package let titles: [String]
    }

    /// An association that was accepted, at its end.
    package struct Association: Encodable, Sendable {
        package let event = "association"
        package let calling: String
        package let called: String
        package let address: String
        package let tls: Bool
        let implementation: String
        package let ending: String
        package let reason: String?
        package let stored: Int
        package let refused: Int
        let bytes: Int
    }

    /// A connection that came to no association.
    package struct AssociationRefused: Encodable, Sendable {
        package let event = "associationRefused"
        package let address: String
        package var calling: String?
        package var called: String?
        package let reason: String
    }

    package struct InstanceRefused: Encodable, Sendable {
        package let event = "instanceRefused"
        package let calling: String
        package let called: String
        package let instance: String
        let sopClass: String
        /// Four hexadecimal digits.
        package let status: String
        package let reason: String
    }
}

extension DoorReport {
    /// `nil` for what its end tells.
    init?(_ event: DoorEvent) {
        switch event {
        case .accepted: return nil
        case .turnedAway(let address): self = .refused(address, "nobody is allowed at this address")
        case .crowded(let address): self = .refused(address, "there are too many connections")
        case .silent(let address, let reason): self = .refused(address, reason.isEmpty ? "no association was asked for" : reason)
        case .helpless(let address, let reason): self = .refused(address, reason)
        case .rejected(let caller, let rejection):
            self = .associationRefused(
                AssociationRefused(
                    address: caller.address.description, calling: caller.calling, called: caller.called, reason: rejection.description))
        case .refused(let offer, let answer, let caller):
            self = .instanceRefused(
                InstanceRefused(
                    calling: caller.calling, called: caller.called, instance: offer.sopInstanceUID, sopClass: offer.sopClassUID,
                    status: StoreAnswer.digits(of: answer.status), reason: answer.comment))
        case .ended(let caller, let summary):
            self = .association(
                Association(
                    calling: caller.calling, called: caller.called, address: caller.address.description, tls: caller.isSecure,
                    implementation: caller.implementation, ending: summary.ending.description,
                    reason: summary.reason.isEmpty ? nil : summary.reason, stored: summary.stored, refused: summary.refused,
                    bytes: summary.byteCount))
        }
    }

    private static func refused(_ address: NetworkAddress, _ reason: String) -> DoorReport {
        .associationRefused(AssociationRefused(address: address.description, reason: reason))
    }
}
