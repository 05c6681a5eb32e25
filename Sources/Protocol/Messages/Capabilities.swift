/// The capabilities of one side, or, after the greeting, those that both sides share. Names are those of the layers above; this layer
/// compares them only.
public struct Capabilities: Sendable, Hashable {
    static let maximumCount = 32

    /// Codecs of the stego files, preferred first: `j2k`, `htj2k`, `jxl`, `none`.
    public let codecs: [CapabilityName]
    /// Embedding methods, preferred first: `reversible`, `lsb`.
    public let methods: [CapabilityName]
    /// The names of all else that may be agreed on.
    public let features: [CapabilityName]

    /// Each list is cut at 32 names; repeated names count once.
    public init(codecs: [CapabilityName], methods: [CapabilityName], features: [CapabilityName] = []) {
        self.codecs = Self.distinct(codecs)
        self.methods = Self.distinct(methods)
        self.features = Self.distinct(features)
    }

    /// The capabilities that `other` has too, in this side's order.
    public func common(with other: Capabilities) -> Capabilities {
        Capabilities(
            codecs: codecs.filter(other.codecs.contains),
            methods: methods.filter(other.methods.contains),
            features: features.filter(other.features.contains))
    }

    func isSubset(of other: Capabilities) -> Bool {
        codecs.allSatisfy(other.codecs.contains) && methods.allSatisfy(other.methods.contains)
            && features.allSatisfy(other.features.contains)
    }

    /// Whether a study can be sent at all.
    var isUsable: Bool { !codecs.isEmpty && !methods.isEmpty }

    private static func distinct(_ names: [CapabilityName]) -> [CapabilityName] {
        var seen: Set<CapabilityName> = []
        return Array(names.filter { seen.insert($0).inserted }.prefix(maximumCount))
    }
}

/// A name as it appears on command lines: 1 to 32 of `a`–`z`, `0`–`9`, `.`, `+`, `-`.
public struct CapabilityName: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// `nil` when it holds anything else.
    public init?(_ text: String) {
        guard (1...32).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.text = text
    }

    public var description: String { text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension CapabilityName: ExpressibleByStringLiteral {
    /// For names written in the source only, which is why a bad one may trap: no input ever comes this way.
    public init(stringLiteral value: StaticString) {
        text = value.description
        precondition(CapabilityName(text) != nil, "'\(text)' cannot be a capability's name")
    }
}

extension Capabilities {
    /// Names that this release cannot read are those of later ones: passed over.
    init(_ wire: WireCapabilities) {
        func names(_ texts: [String]) -> [CapabilityName] { texts.prefix(Self.maximumCount).compactMap { CapabilityName($0) } }
        self.init(codecs: names(wire.codecs), methods: names(wire.methods), features: names(wire.features))
    }

    var wire: WireCapabilities {
        .with {
            $0.codecs = codecs.map(\.text)
            $0.methods = methods.map(\.text)
            $0.features = features.map(\.text)
        }
    }
}
