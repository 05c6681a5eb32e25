/// An event at the door, which is the listener for modalities.
public enum DoorEvent: Sendable {
    /// Somebody at an address that nobody is allowed at; the connection was closed before a byte of it was read.
    case turnedAway(NetworkAddress)
    /// There are so many connections that not even a rejection could be said.
    case crowded(NetworkAddress)
    /// A connection over which no association was asked for.
    case silent(NetworkAddress, reason: String)
    case rejected(AssociationCaller, AssociationRejection)
    case accepted(AssociationCaller)
    /// An instance was answered otherwise than with success.
    case refused(InstanceOffer, StoreAnswer, AssociationCaller)
    case ended(AssociationCaller, AssociationSummary)
    /// No child could be started for a connection.
    case helpless(NetworkAddress, reason: String)
}

/// The outcome of an association.
public struct AssociationSummary: Sendable, Equatable {
    public var ending: AssociationEnding
    /// Why, where it did not end in order; in the library's words.
    public var reason = ""
    /// Instances that were answered with success.
    public var stored = 0
    /// Those that were answered otherwise.
    public var refused = 0
    /// Of data sets that were answered with success.
    public var byteCount = 0
}

/// Is told of every event, from the associations' threads.
public protocol DoorObserver: Sendable {
    func observe(_ event: DoorEvent)
}
