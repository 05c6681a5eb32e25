/// A SOP class in a transfer syntax, which an association may be good for.
public struct PresentationContext: Sendable, Hashable, Comparable {
    /// Identifiers of contexts are the odd numbers of a byte.
    public static let most = 128

    public let sopClassUID: String
    public let transferSyntaxUID: String
    /// Whether the side that asks is the service's provider, as for reports of storage commitment (PS3.4 §J.3.3).
    let isProvider: Bool

    public init(sopClassUID: String, transferSyntaxUID: String) {
        self.init(sopClassUID: sopClassUID, transferSyntaxUID: transferSyntaxUID, isProvider: false)
    }

    init(sopClassUID: String, transferSyntaxUID: String, isProvider: Bool) {
        self.sopClassUID = sopClassUID
        self.transferSyntaxUID = transferSyntaxUID
        self.isProvider = isProvider
    }

    public static func < (left: PresentationContext, right: PresentationContext) -> Bool {
        (left.sopClassUID, left.transferSyntaxUID) < (right.sopClassUID, right.transferSyntaxUID)
    }
}
