import Protocol

/// A study of which every file is in its place, and of which nobody was told yet.
package struct CompleteStudy: Sendable {
    /// StudyInstanceUID of the stego files.
    package let study: String
    package let transfer: String
    package let peer: String
    /// Restored files, in their order.
    package let paths: [String]

    init(_ study: FinishedStudy, moved: [Int: String]) {
        (self.study, transfer, peer) = (study.studyUID, study.transfer.description, study.peer)
        paths = study.instances.map { moved[$0.position] ?? $0.path }
    }

    /// Does something with the files; may be asked again.
    package typealias Prepare = @Sendable (CompleteStudy) async throws -> Void
}

/// A study that has come to its end and was told of, for whoever does more with it.
package struct EndedStudy: Sendable {
    package let end: ReceiverEvent.StudyEnd
    package let sender: Fingerprint
    /// As its sender has signed it, armoured.
    package let manifest: String

    /// Does more with it; again after a crash in the middle.
    package typealias Follow = @Sendable (EndedStudy) async -> Void
}
