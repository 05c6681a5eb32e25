/// What one side brings to a session: what it can do, and which parts it can play in a transfer.
///
/// Who dialled has nothing to do with it: either side may be source, sink, or both.
public struct SessionRoles: Sendable, Hashable {
    public var capabilities: Capabilities
    /// Whether this side may open studies.
    public var isSource: Bool
    /// On what terms this side takes studies; `nil` when it takes none.
    public var sink: StudyTerms?
    /// Critical attributes of manifests that this side's program understands; a study with others is refused. The peer is not told.
    public var understood: Set<AttributeName>

    public init(capabilities: Capabilities, isSource: Bool, sink: StudyTerms?, understood: Set<AttributeName> = []) {
        self.capabilities = capabilities
        self.isSource = isSource
        self.sink = sink
        self.understood = understood
    }

    /// A side that sends studies and takes none.
    public static func source(_ capabilities: Capabilities) -> SessionRoles {
        SessionRoles(capabilities: capabilities, isSource: true, sink: nil)
    }

    /// A side that takes studies and sends none.
    public static func sink(_ capabilities: Capabilities, _ terms: StudyTerms = StudyTerms()) -> SessionRoles {
        SessionRoles(capabilities: capabilities, isSource: false, sink: terms)
    }
}

/// On what terms one side takes the other's studies.
public struct StudyTerms: Sendable, Hashable {
    /// Whether stego files are stored, and may therefore hold the study key sealed to the long-term key.
    public var keepsStego: Bool
    public var limits: SessionLimits

    public init(keepsStego: Bool = false, limits: SessionLimits = SessionLimits()) {
        self.keepsStego = keepsStego
        self.limits = limits
    }
}
