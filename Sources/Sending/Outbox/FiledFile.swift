import Basics
import Foundation

/// A file that a watcher has moved away: a row of the outbox, for as long as somebody who had it open may go on writing into it.
struct FiledFile: Codable, Sendable, Equatable {
    /// Where it is now.
    let place: String
    /// Where it was found.
    let origin: String
    /// The watched folder.
    let source: String
    /// What it looked like when it was moved, as text.
    var stamp: String
    /// SHA-256 of what was sent, or would have been.
    let digest: ContentDigest
    let filed: Date
}
