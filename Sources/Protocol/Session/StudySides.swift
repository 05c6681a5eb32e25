public import Concurrency

// The two parts that a program can play in a session beside each other, whoever dialled. The part that has opened the session knows the
// other one by these protocols alone: what sends knows nothing of what takes.

/// Takes the studies that a peer sends over sessions which another part of the program has opened.
public protocol StudyTaking: Sendable {
    /// On what terms they are taken now.
    var terms: StudyTerms { get async }
    /// For the manifests; `nil` where nothing bounds them.
    var room: (any ManifestRoom)? { get }
    /// The maker of whole heads from short ones; `nil` where none may come.
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

/// Decides which studies of trusted peers are let in, and where their files belong.
public protocol StudyGate: Sendable {
    /// Asked once for each transfer that is new here.
    ///
    /// - Parameters:
    ///   - manifest: signed by the peer.
    /// - Throws: ``StudyRefusal``; other errors of this side.
    func place(for manifest: Manifest, from peer: TrustedPeer) async throws -> StudyPlace
}

/// The place for the files of one study, below the folder of restored files.
public struct StudyPlace: Sendable, Hashable {
    /// Holds the places of studies that belong together. One part of a path.
    public let folder: String
    /// One part of a path. Where another study has this place, the transfer's number is added.
    public let name: String
    /// How many studies there may be in the folder, this one included.
    public let limit: Int

    public init(folder: String, name: String, limit: Int) {
        self.folder = folder
        self.name = name
        self.limit = limit
    }
}

/// The reason that a study is not let in. The peer is told.
public struct StudyRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    public let code: AbortCode
    /// Holds nothing that the peer may not know.
    public let reason: String

    public init(_ code: AbortCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { reason }
}

/// Memory for the manifests of studies that are being received, shared by the sessions of a process.
///
/// A manifest is not under credit: it comes in one message, and takes several times its bytes once it is decoded. A session therefore asks
/// for a place before it decodes one.
public protocol ManifestRoom: Sendable {
    /// Sets room aside until the place is let go, which the session does when the study has come to its end.
    ///
    /// - Parameters:
    ///   - bytes: what the manifest takes once it is decoded, about.
    ///   - sender: whose study it is.
    /// - Throws: an error that ``Session/nextEvent()`` throws, when there is no room.
    func place(for bytes: Int, of sender: Fingerprint) throws -> any ManifestPlace
}

/// The room of one manifest, for as long as the object lives.
public protocol ManifestPlace: AnyObject, Sendable {}
