import Basics
import Foundation

/// An instance that a modality has sent and that was answered with success: a row of the outbox.
///
/// The row outlives the file, which goes to `sent` or `failed`: so the same instance that comes again is known, and another one under its
/// UID is told apart.
struct TakenInstance: Codable, Sendable, Equatable {
    /// The folder that it was taken into.
    let source: String
    let sopInstanceUID: String
    /// SHA-256 of its transfer syntax and its data set (``InstanceDigest``).
    let digest: ContentDigest
    /// Where it was put.
    let path: String
    let taken: Date
    /// Whether the last study that had the file at ``path`` could not deliver it. Looked up, not kept.
    var hasFailed = false

    private enum CodingKeys: String, CodingKey {
        case source, sopInstanceUID, digest, path, taken
    }
}
