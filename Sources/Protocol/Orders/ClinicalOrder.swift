import Basics
import Crypto
import Foundation

/// A clinic's question about a study: sealed under the study's key, and signed with its manifest.
public struct ClinicalOrder: Sendable, Hashable, Codable {
    /// In bytes of UTF-8. Together they have room in one attribute.
    public static let maximumByteCount = (question: 4_096, history: 49_152, callback: 512)

    /// Whether the clinic gave the study priority.
    public var isUrgent: Bool
    public var question: String?
    /// The patient's history: earlier illness, findings, treatment. Lines are lines.
    public var history: String?
    /// The time at which the clinic needs the answer.
    public var due: Date?
    /// The person to call: a name and a telephone number.
    public var callback: String?

    public init(isUrgent: Bool = false, question: String? = nil, history: String? = nil, due: Date? = nil, callback: String? = nil) {
        self.isUrgent = isUrgent
        self.question = question
        self.history = history
        self.due = due
        self.callback = callback
    }

    /// There is nothing that the receiver should know.
    public var isEmpty: Bool { self == ClinicalOrder() }

    private enum Name {
        static let urgent: AttributeName = "order.urgent"
        static let question: AttributeName = "order.question"
        static let history: AttributeName = "order.history"
        static let due: AttributeName = "order.due"
        static let callback: AttributeName = "order.callback"
    }

    /// The attribute that carries it; `nil` when it is empty.
    ///
    /// - Parameters:
    ///   - transfer: the manifest's.
    ///   - key: the study's, 32 bytes.
    /// - Throws: ``ProtocolError/Code/manifestInvalid`` for a text that is too long.
    public func sealed(for transfer: TransferID, key: SymmetricKey) throws(ProtocolError) -> ManifestAttribute? {
        guard !isEmpty else { return nil }
        try check()
        var attributes: [ManifestAttribute] = []
        if isUrgent { attributes.append(try ManifestAttribute(Name.urgent, .integer(1))) }
        if let question { attributes.append(try ManifestAttribute(Name.question, .text(question))) }
        if let history { attributes.append(try ManifestAttribute(Name.history, .text(history))) }
        if let due { attributes.append(try ManifestAttribute(Name.due, .time(due))) }
        if let callback { attributes.append(try ManifestAttribute(Name.callback, .text(callback))) }
        return try SealedAttributes.seal(ManifestAttributes(attributes), for: transfer, key: key)
    }

    /// Opens what a manifest carries; `nil` when the clinic has asked nothing.
    ///
    /// Texts come as they were signed: make them harmless before a terminal shows them.
    /// - Throws: ``ProtocolError/Code/manifestInvalid`` when it was sealed under another key, or makes no sense.
    public init?(_ manifest: Manifest, key: SymmetricKey) throws(ProtocolError) {
        let attributes = try SealedAttributes.open(manifest, key: key)
        self.init(
            isUrgent: try attributes.integer(Name.urgent) == 1, question: try attributes.text(Name.question),
            history: try attributes.text(Name.history), due: try attributes.time(Name.due), callback: try attributes.text(Name.callback))
        guard !isEmpty else { return nil }
        try check()
    }

    /// - Throws: ``ProtocolError/Code/manifestInvalid`` for a text that is too long.
    public func check() throws(ProtocolError) {
        let limits = Self.maximumByteCount
        for (name, text, limit) in [
            ("question", question, limits.question), ("history", history, limits.history), ("callback", callback, limits.callback),
        ] where (text?.utf8.count ?? 0) > limit {
            throw ProtocolError(.manifestInvalid, "the order's \(name) is longer than \(limit) bytes")
        }
    }
}
