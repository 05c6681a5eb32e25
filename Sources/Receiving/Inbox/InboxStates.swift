/// How far one instance has got. Raw values are in the journal.
package enum InstanceState: String, Sendable, CaseIterable {
    /// Nothing of it is here for certain.
    case awaited
    /// The spool holds the beginning, as much as `durable` says.
    case arriving
    /// The spool holds all of it.
    case arrived
    /// The file is at its destination, compared and synced; its receipt may be signed.
    case restored
    /// It cannot be restored, and trying again would not help.
    case failed
    /// The sender could not send it, or it was given up here.
    case withdrawn
}

/// How far one study has got. Raw values are in the journal.
package enum StudyState: String, Sendable, CaseIterable {
    /// Instances are missing or not yet restored.
    case arriving
    /// Every instance of the manifest is restored.
    case complete
    /// Nothing more is expected, but some instances failed, were withdrawn or were given up here.
    case incomplete
}

/// Whether a study was forwarded. Raw values are in the journal; NULL for studies that nobody wants forwarded.
package enum ForwardingState: String, Sendable {
    case waiting
    case done
    /// The other application does not take some of it, and trying again would not help; a person decides.
    case refused
    /// A person has ended it.
    case dropped
}
