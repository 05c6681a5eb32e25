import Protocol

/// How much of the journal studies may take that are not complete, whoever opens them: manifests are not under credit.
///
/// A complete study's rows are not counted. Each of them stands for a file that is on the disk.
struct JournalLimits: Sendable {
    /// Studies of one sender that have not come to their end.
    var studies = 64
    /// Of one sender's studies that are arriving or incomplete. A sender's only study may be larger.
    var senderBytes = 64 << 20
    /// Of all such studies.
    var bytes = 256 << 20

    /// Bytes that a manifest takes in a journal and its indices, about: its text is in Base64, and each file has a row.
    static func bytes(of manifest: Manifest) -> Int {
        manifest.entries.reduce(1_000) { $0 + 310 + $1.path.utf8.count * 7 / 3 }
    }
}
