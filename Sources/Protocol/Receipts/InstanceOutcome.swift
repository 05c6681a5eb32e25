public import Basics

/// What became of one instance at the receiver.
public enum InstanceOutcome: Sendable, Hashable {
    /// The file is at its destination.
    case restored(digest: ContentDigest, exactness: Exactness)
    /// It is not, and why.
    case failed(InstanceFailure)

    /// How like the original the restored file is.
    public enum Exactness: String, Sendable, Hashable {
        /// The same file.
        case bytes
        /// The same pixels and elements; the original was encapsulated or not provably the same in its bytes.
        case pixelsAndElements = "pixels+elements"
    }
}

/// Why an instance could not be restored.
public struct InstanceFailure: Sendable, Hashable, CustomStringConvertible {
    public enum Code: UInt32, Sendable, Hashable, CaseIterable {
        case other = 0
        case damagedOnTheWay = 1
        case notStego = 2
        case wrongKey = 3
        case tampered = 4
        case digestMismatch = 5
        case unsupported = 6
        case storageFull = 7
        case storageFailure = 8
        case conflict = 9
    }

    public let code: Code
    /// For people; control characters replaced, at most 512 bytes. Nothing that identifies a patient.
    public let text: String

    public init(_ code: Code, _ text: String) {
        self.code = code
        self.text = PlainText.harmless(text)
    }

    public var description: String { text.isEmpty ? "\(code)" : text }
}

extension InstanceFailure.Code {
    /// What the failure asks of the sender.
    public var kind: FailureKind {
        switch self {
        case .storageFull, .storageFailure, .damagedOnTheWay, .other: .temporary
        case .wrongKey: .notTrusted
        case .notStego, .tampered, .digestMismatch, .unsupported, .conflict: .badData
        }
    }
}
