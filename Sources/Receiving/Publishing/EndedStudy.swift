import Protocol

/// A study that has come to its end and was told of, for whoever does more with it.
package struct EndedStudy: Sendable {
    package let end: ReceiverEvent.StudyEnd
    package let sender: Fingerprint
    /// As its sender has signed it, armoured.
    package let manifest: String

    /// Does more with it; again after a crash in the middle.
    package typealias Follow = @Sendable (EndedStudy) async -> Void
}
