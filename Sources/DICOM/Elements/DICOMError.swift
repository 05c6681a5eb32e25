/// A fault of a DICOM object, and its place.
///
/// Switch on ``code``; show ``description`` to people. Values of elements never appear in it, so it may be logged.
public struct DICOMError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The stable kind of failure.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The bytes are no DICOM file.
        case notDICOM
        /// An element, item or sequence runs past the end of the bytes.
        case truncated
        /// The structure contradicts itself in a way that tolerant reading cannot settle.
        case malformed
        /// Sequences nest deeper than any real object.
        case nestedTooDeeply
        /// A deflated data set cannot be inflated, or inflates beyond every reasonable size.
        case inflationFailed
        /// Native pixel data is shorter than rows × columns × … say, or encapsulated pixel data lacks frames.
        case truncatedPixelData
        /// Native pixel data is longer than rows × columns × … say, and the excess is no padding.
        case pixelLengthMismatch
        /// Elements of the image pixel module are missing, out of range or contradict each other.
        case invalidPixelModule
        /// The object has no pixel data, and the operation needs some.
        case noPixelData
        /// No codec here handles this transfer syntax, or not for this kind of image.
        case unsupportedTransferSyntax
        /// A codestream cannot be decoded, or decodes to something other than what the header announces.
        case corruptCodestream
        /// The image is larger than what is decoded here, or than its codestreams make believable.
        case pixelsTooLarge
        /// A library did not come to an end with these bytes in the limits it was given, or ended its process.
        case decoderFailed
        /// Nothing can be said of the bytes: their decoder could not be started, or the program is being stopped. Trying again may help.
        case decoderUnavailable
        /// The encoder refused the pixels.
        case encodingFailed
        /// A value does not fit its value representation or its length field.
        case invalidValue
    }

    public let code: Code
    /// What happened, in words for the person who runs the program.
    public let reason: String
    /// The name that the bytes were given, usually a file name.
    public var file: String?
    /// The element concerned.
    public let tag: Tag?
    /// Byte offset from the start of the file (of the inflated form when the data set was deflated).
    public let offset: Int?

    public init(_ code: Code, _ reason: String, file: String? = nil, tag: Tag? = nil, offset: Int? = nil) {
        self.code = code
        self.reason = reason
        self.file = file
        self.tag = tag
        self.offset = offset
    }

    /// The same error with the file it concerns, unless it already names one.
    public func naming(_ file: String) -> DICOMError {
        var named = self
        named.file = self.file ?? file
        return named
    }

    public var description: String {
        var text = file.map { "\($0): " } ?? ""
        text += reason
        var place: [String] = []
        if let tag { place.append("element \(tag)") }
        if let offset { place.append("byte \(offset)") }
        if !place.isEmpty { text += " [\(place.joined(separator: ", "))]" }
        return text
    }
}
