import Basics

/// One original file, as the clinic has it.
public struct ManifestEntry: Sendable, Hashable {
    static let maximumPathByteCount = 1_024

    /// Relative, components joined by `/`; never absolute, never with `.` or `..`. Up to 1024 UTF-8 bytes.
    public let path: String
    public let byteCount: UInt64
    public let digest: ContentDigest
    public let attributes: ManifestAttributes

    /// - Throws: ``ProtocolError/Code/manifestInvalid`` when the path could lead anywhere but below a directory.
    public init(
        path: String, byteCount: UInt64, digest: ContentDigest, attributes: ManifestAttributes = .none
    ) throws(ProtocolError) {
        // By bytes, as the file system does it: to Swift a "/" with a combining mark behind it is another character.
        let components = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard (1...Self.maximumPathByteCount).contains(path.utf8.count), !path.utf8.contains(0),
            components.allSatisfy({ !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) })
        else {
            throw ProtocolError(
                .manifestInvalid, "this path is not one of a file below the study's folder", subject: PlainText.harmless(path))
        }
        self.path = path
        self.byteCount = byteCount
        self.digest = digest
        self.attributes = attributes
    }
}
