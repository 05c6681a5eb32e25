/// The name of a DICOM application: 1 to 16 characters of ASCII without control characters and backslashes, not only spaces
/// (value representation AE, PS3.5 §6.2).
public struct ApplicationEntityTitle: Sendable, Hashable, CustomStringConvertible {
    public static let veilray = ApplicationEntityTitle(text: "VEILRAY")

    public let text: String

    private init(text: String) {
        self.text = text
    }

    /// Spaces around it are of no meaning.
    public init?(_ argument: String) {
        var text = argument.trimmingPrefix(while: { $0 == " " })
        while text.last == " " { text.removeLast() }
        guard (1...16).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            return nil
        }
        self.text = String(text)
    }

    public var description: String { text }
}
