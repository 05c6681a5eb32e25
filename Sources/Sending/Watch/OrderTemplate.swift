import Protocol
import Synchronization

/// The order that every study from one source gets: who receives it and how urgently, how it is sealed, and what is asked.
package struct OrderTemplate: Sendable {
    /// The name under which the receiver's card is trusted.
    package let to: String
    /// Where the receiver listens, when it is not where its card says.
    package let address: PeerAddress?
    package let priority: Priority
    package let choices: SealingChoices
    package let details: OrderDetails

    package init(to: String, address: PeerAddress?, priority: Priority, choices: SealingChoices, details: OrderDetails) {
        self.to = to
        self.address = address
        self.priority = priority
        self.choices = choices
        self.details = details
    }

    /// A service asks before its first study does.
    ///
    /// - Throws: `OperationFailure` where nobody is trusted under the name, and where no address is known.
    package func check(_ resources: DeliveryResources) throws {
        _ = try ReceiverEndpoint(identity: resources.identity, trust: resources.trust, to: to).address(override: address)
    }

    /// The order for one study. Its receiver is whoever is trusted under the name by now: a service outlives cards.
    ///
    /// - Throws: `OperationFailure` where nobody is.
    func order(_ plan: StudyPlan, from source: String, _ resources: DeliveryResources) throws -> StudyOrder {
        let peer = try ReceiverEndpoint(identity: resources.identity, trust: resources.trust, to: to).peer
        return StudyOrder(
            plan: plan, peer: peer, address: address, priority: priority, choices: choices, source: source, details: details)
    }
}

/// A template that may be another one for the next study.
package final class LiveOrderTemplate: Sendable {
    private let template: Mutex<OrderTemplate>

    package init(_ template: OrderTemplate) {
        self.template = Mutex(template)
    }

    package var current: OrderTemplate { template.withLock { $0 } }

    package func set(_ template: OrderTemplate) {
        self.template.withLock { $0 = template }
    }
}
