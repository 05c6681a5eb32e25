/// The reason that an instance could not be sealed or revealed.
public struct StegoError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The stable kind of an error; switch on it.
    public enum Code: String, Hashable, Sendable {
        /// The file is not a DICOM file, or is damaged.
        case unreadable
        /// The file is DICOM but was not made by Veilray, or the record was removed from it.
        case notStego
        /// The pixels would have to be decoded by a codec that was not agreed on.
        case unexpectedCodec
        /// The image is larger than this side decodes, or than its codestreams make believable.
        case tooLarge
        /// No key that is at hand opens the record.
        case wrongKey
        /// The record or the header was changed after sealing.
        case tampered
        /// The part of the record that rode in the private element is missing.
        case elementMissing
        /// The record was opened but is not of a form that this version understands.
        case malformedRecord
        /// The restored file is not the original: digests differ.
        case digestMismatch
        /// The original, or this way of sealing it, does not let the sender prove that its own output can be reversed.
        case notReversible
        /// Samples hold what identifies the patient, so that nothing of the image can be shown.
        case identifying
    }

    public let code: Code
    /// What happened and what to do, for a person. Never holds pixel values, header values or keys.
    public let reason: String
    /// The file concerned, where one is known.
    public let file: String?

    public init(_ code: Code, _ reason: String, file: String? = nil) {
        self.code = code
        self.reason = reason
        self.file = file
    }

    public var description: String {
        file.map { "\($0): \(reason)" } ?? reason
    }
}
