/// The reason that something could not be sealed or opened. Nothing of the plaintext or of a key is ever part of it.
public struct SealingError: Error, Hashable, Sendable {
    /// Stable, to switch on.
    public enum Code: String, Hashable, Sendable {
        /// The bytes are sealed under another key.
        case wrongKey
        /// The key is right, but bytes or associated data differ from what was sealed.
        case tampered
        /// The bytes end before the fixed parts do.
        case truncated
        /// The first byte is none that Veilray writes.
        case notOurs
        /// Sealed by a version that this one cannot read.
        case unsupportedVersion
        /// An inner stage that this version does not have.
        case unknownInnerStage
        /// Ciphers that no image can be enciphered with, or that do not protect one.
        case unusableCiphers
        /// Opened, but not of a form that sealing makes.
        case malformed
        /// This machine's cryptographic library lacks an algorithm that an inner stage needs.
        case unavailable
        /// Key material of the wrong length.
        case invalidKey
    }

    public let code: Code
    /// The sentence for people: what happened and what to do.
    public let reason: String

    static let wrongKey = SealingError(
        code: .wrongKey, reason: "sealed under another key; open it with the study key of the transfer it came from")
    static let tampered = SealingError(
        code: .tampered, reason: "the sealed bytes or the header they are bound to were changed; ask for the instance again")

    static func truncated(byteCount: Int, expected: Int) -> SealingError {
        SealingError(
            code: .truncated,
            reason: "\(byteCount) bytes are fewer than the \(expected) that every sealed record has; ask for the instance again")
    }

    static func notOurs(firstByte: UInt8) -> SealingError {
        SealingError(
            code: .notOurs, reason: "first byte 0x\(String(firstByte, radix: 16)) is not that of a sealed record; not made by Veilray")
    }

    static func unsupportedVersion(_ version: Int) -> SealingError {
        SealingError(code: .unsupportedVersion, reason: "sealed in format version \(version); a newer Veilray is needed")
    }

    static func unknownInnerStage(number: UInt8) -> SealingError {
        SealingError(
            code: .unknownInnerStage,
            reason: "sealed with inner stage number \(number), which this version does not have; a newer Veilray is needed")
    }

    static func unknownInnerStage(_ name: String, known: [String]) -> SealingError {
        SealingError(
            code: .unknownInnerStage, reason: "'\(name)' is no inner stage; there are: \(known.joined(separator: ", "))")
    }

    static func unusableCiphers(_ why: String) -> SealingError { SealingError(code: .unusableCiphers, reason: why) }

    static func malformed(_ what: String) -> SealingError {
        SealingError(code: .malformed, reason: "what was sealed makes no sense: \(what)")
    }

    static func unavailable(_ what: String) -> SealingError {
        SealingError(code: .unavailable, reason: "an inner stage cannot be used here: \(what)")
    }

    static func invalidKey(byteCount: Int) -> SealingError {
        SealingError(code: .invalidKey, reason: "a study key has \(StudyKey.byteCount) bytes, not \(byteCount)")
    }
}

extension SealingError: CustomStringConvertible {
    public var description: String { "\(code.rawValue): \(reason)" }
}
