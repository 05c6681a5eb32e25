/// Decides which studies of trusted peers are let in, and where their files belong.
public protocol StudyGate: Sendable {
    /// Asked once for each transfer that is new here.
    ///
    /// - Parameters:
    ///   - manifest: signed by the peer.
    /// - Throws: ``StudyRefusal``; other errors of this side.
    func place(for manifest: Manifest, from peer: TrustedPeer) async throws -> StudyPlace
}

/// Where the files of one study belong, below the folder of restored files.
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

/// Why a study is not let in. The peer is told.
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
