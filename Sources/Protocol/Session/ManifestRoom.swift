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
