public import Concurrency

// The two parts that a program can play in a session beside each other, whoever dialled. The part that has opened the session knows the
// other one by these protocols alone: what sends knows nothing of what takes.

/// Takes the studies that a peer sends over sessions which another part of the program has opened.
public protocol StudyTaking: Sendable {
    /// On what terms they are taken now.
    var terms: StudyTerms { get async }
    /// For the manifests; `nil` where nothing bounds them.
    var room: (any ManifestRoom)? { get }
    /// What makes short heads whole; `nil` where none may come.
    var heads: (any HeadExpansion)? { get }
    /// Critical attributes of manifests that are understood.
    var understood: Set<AttributeName> { get }
    /// Bytes of chunks taken so far, over all sessions.
    var takenBytes: Int { get }

    /// Takes studies until the peer has no more of them, or the session is over. Leaves the session open.
    ///
    /// - Throws: what ends the session; it is over then. `CancellationError`.
    func take(from session: Session) async throws
}

/// Sends what waits for a peer over sessions which another part of the program has opened.
public protocol StudySending: Sendable {
    /// Sends what waits for the session's peer and what comes meanwhile, until `last` is requested. Then it tries what still waits, each
    /// study once, and says that there are no more.
    ///
    /// - Throws: what keeps it from sending; the session may live. `CancellationError`.
    func send(over session: Session, until last: StopRequest) async throws
}

extension SessionRoles {
    /// The same side, which takes studies too.
    public func taking(_ taker: any StudyTaking) async -> SessionRoles {
        SessionRoles(
            capabilities: capabilities, isSource: isSource, sink: await taker.terms, understood: understood.union(taker.understood))
    }
}
