public import DICOM

/// The rights of callers at the door.
public struct DoorRules: Sendable {
    /// Called titles that somebody answers to.
    public var titles: Set<ApplicationEntityTitle>
    public var callers: [AllowedCaller]
    /// Associations at once.
    public var mostAssociations: Int
    /// How long nothing may come over an association before it is aborted.
    public var idle: Duration
    /// How long a connection may take to ask for an association.
    public var patience: Duration
    /// Whether storage commitment may be asked for.
    public var commits = false

    public init(
        titles: Set<ApplicationEntityTitle>, callers: [AllowedCaller], mostAssociations: Int = 32, idle: Duration = .seconds(300),
        patience: Duration = .seconds(30)
    ) {
        self.titles = titles
        self.callers = callers
        self.mostAssociations = mostAssociations
        self.idle = idle
        self.patience = patience
    }

    /// Whether anybody at an address is let in: asked before a byte of a connection is read.
    func admits(_ address: NetworkAddress) -> Bool { callers.contains { $0.admits(address) } }

    /// - Parameter isFull: as many associations as may be are there already.
    /// - Returns: why the association is rejected; `nil` where it is accepted.
    func objection(to caller: AssociationCaller, isFull: Bool) -> AssociationRejection? {
        guard titles.contains(where: { $0.text == caller.called }) else { return .calledTitle }
        guard let title = ApplicationEntityTitle(caller.calling), callers.contains(where: { $0.admits(title, at: caller.address) }) else {
            return .callingTitle
        }
        return isFull ? .limit : nil
    }
}

/// The application that asks for an association, and the title that it calls.
public struct AssociationCaller: Sendable, Hashable {
    /// Unique in this process.
    public let identifier: Int
    /// As the request has it, without spaces around it.
    public let calling: String
    public let called: String
    public let address: NetworkAddress
    public let isSecure: Bool
    /// The name of the caller's software; may be empty.
    public let implementation: String

    public init(
        identifier: Int, calling: String, called: String, address: NetworkAddress, isSecure: Bool = false, implementation: String = ""
    ) {
        self.identifier = identifier
        self.calling = calling
        self.called = called
        self.address = address
        self.isSecure = isSecure
        self.implementation = implementation
    }
}

/// Result, source and reason of a rejected association (PS3.8 table 9-21).
public enum AssociationRejection: Sendable, Hashable, CustomStringConvertible {
    case calledTitle, callingTitle, limit

    var code: (result: Int, source: Int, reason: Int) {
        switch self {
        case .calledTitle: (1, 1, 7)
        case .callingTitle: (1, 1, 3)
        case .limit: (2, 3, 2)
        }
    }

    public var description: String {
        switch self {
        case .calledTitle: "nobody here has the called title"
        case .callingTitle: "the calling title is not allowed at this address"
        case .limit: "there are as many associations as may be"
        }
    }
}
