import Basics

/// StudyInstanceUID of stego files (PS3.5 §9.1): components of digits, joined by dots, 64 characters at most.
public struct StudyUID: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// Trailing padding (NUL or space) is dropped.
    ///
    /// - Throws: ``ProtocolError/Code/manifestInvalid``
    public init(_ text: String) throws(ProtocolError) {
        let unpadded = Array(text.utf8).reversed().drop { $0 == 0 || $0 == 0x20 }.reversed()
        let components = Array(unpadded).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard unpadded.count <= 64, components.allSatisfy({ !$0.isEmpty && $0.allSatisfy(digits.contains) }) else {
            throw ProtocolError(.manifestInvalid, "this is no StudyInstanceUID: '\(PlainText.harmless(text))'")
        }
        self.text = String(decoding: unpadded, as: UTF8.self)
    }

    public var description: String { text }
}
