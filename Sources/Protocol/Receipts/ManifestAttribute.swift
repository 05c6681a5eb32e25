import Basics
import Foundation

/// The name of a manifest's attribute: 1 to 64 of `a`–`z`, `0`–`9`, `.`, `-`. What it means is said where it is declared, and its values
/// keep that meaning for ever.
public struct AttributeName: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// `nil` when it holds anything else.
    public init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.text = text
    }

    public var description: String { text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"): true
        default: false
        }
    }
}

extension AttributeName: ExpressibleByStringLiteral {
    /// For names written in the source only, which is why a bad one may trap: no input ever comes this way.
    public init(stringLiteral value: StaticString) {
        text = value.description
        precondition(AttributeName(text) != nil, "'\(text)' cannot be an attribute's name")
    }
}

/// Something more that a manifest says about its study or one of its instances.
public struct ManifestAttribute: Sendable, Hashable {
    public enum Value: Sendable, Hashable {
        /// Up to 64 KiB of UTF-8.
        case text(String)
        case integer(Int64)
        /// Up to 64 KiB.
        case data([UInt8])
        /// Whole milliseconds from 1970 to the end of the year 9999.
        case time(Date)
        /// A value of a type that a later release has added.
        case unknown
    }

    static let maximumValueByteCount = 65_536

    public let name: AttributeName
    public let value: Value
    /// Readers that do not know the name must refuse the study. Others may pass over what they do not know.
    public let isCritical: Bool

    /// - Throws: ``ProtocolError/Code/manifestInvalid`` when the value is too long, or of no type that this release knows.
    public init(_ name: AttributeName, _ value: Value, isCritical: Bool = false) throws(ProtocolError) {
        switch value {
        case .text(let text) where text.utf8.count > Self.maximumValueByteCount: throw Self.invalid(name, "longer than 64 KiB")
        case .data(let bytes) where bytes.count > Self.maximumValueByteCount: throw Self.invalid(name, "longer than 64 KiB")
        case .unknown: throw Self.invalid(name, "of an unknown type")
        // As it will be read.
        case .time(let date): self.value = .time(Timestamp.date(milliseconds: Timestamp.milliseconds(date)) ?? date)
        case .text, .data, .integer: self.value = value
        }
        self.name = name
        self.isCritical = isCritical
    }

    private static func invalid(_ name: AttributeName, _ what: String) -> ProtocolError {
        ProtocolError(.manifestInvalid, "the value of the manifest's attribute '\(name)' is \(what)")
    }
}

/// The attributes of one study or one instance, each name once, in the order in which they were signed.
public struct ManifestAttributes: Sendable, Hashable, RandomAccessCollection {
    /// Of a study.
    static let maximumStudyCount = 64
    /// Of an instance.
    static let maximumInstanceCount = 16

    public static let none = ManifestAttributes()

    private let attributes: [ManifestAttribute]

    private init() { attributes = [] }

    /// - Throws: ``ProtocolError/Code/manifestInvalid`` when a name comes twice.
    public init(_ attributes: [ManifestAttribute]) throws(ProtocolError) {
        self.attributes = attributes
        var names: Set<AttributeName> = []
        for attribute in attributes where !names.insert(attribute.name).inserted {
            throw ProtocolError(.manifestInvalid, "the manifest's attribute '\(attribute.name)' comes twice")
        }
    }

    public var startIndex: Int { attributes.startIndex }
    public var endIndex: Int { attributes.endIndex }
    public subscript(position: Int) -> ManifestAttribute { attributes[position] }

    /// The value of the attribute with this name; `nil` without one.
    public subscript(name: AttributeName) -> ManifestAttribute.Value? { attributes.first { $0.name == name }?.value }

    /// Names of the critical ones that are not `understood`.
    func critical(besides understood: Set<AttributeName>) -> [AttributeName] {
        attributes.filter { $0.isCritical && (!understood.contains($0.name) || $0.value == .unknown) }.map(\.name)
    }
}

extension ManifestAttribute {
    fileprivate init(_ wire: WireAttribute) throws(ProtocolError) {
        guard let name = AttributeName(wire.name) else {
            throw ProtocolError(.manifestInvalid, "a manifest's attribute has no name", subject: PlainText.harmless(wire.name))
        }
        switch wire.value {
        case .text(let text): try self.init(name, .text(text), isCritical: wire.critical)
        case .integer(let integer): try self.init(name, .integer(integer), isCritical: wire.critical)
        case .data(let data): try self.init(name, .data(Array(data)), isCritical: wire.critical)
        case .timeMilliseconds(let milliseconds):
            guard let date = Timestamp.date(milliseconds: milliseconds) else { throw Self.invalid(name, "no time") }
            try self.init(name, .time(date), isCritical: wire.critical)
        case nil: self.init(unknown: name, isCritical: wire.critical)
        }
    }

    private init(unknown name: AttributeName, isCritical: Bool) {
        self.name = name
        self.isCritical = isCritical
        value = .unknown
    }

    fileprivate var wire: WireAttribute {
        .with {
            $0.name = name.text
            $0.critical = isCritical
            switch value {
            case .text(let text): $0.text = text
            case .integer(let integer): $0.integer = integer
            case .data(let bytes): $0.data = Data(bytes)
            case .time(let date): $0.timeMilliseconds = Timestamp.milliseconds(date)
            case .unknown: break
            }
        }
    }
}

extension ManifestAttributes {
    init(_ wire: [WireAttribute]) throws(ProtocolError) {
        guard !wire.isEmpty else {
            self = .none
            return
        }
        var attributes: [ManifestAttribute] = []
        for attribute in wire { attributes.append(try ManifestAttribute(attribute)) }
        try self.init(attributes)
    }

    var wire: [WireAttribute] { attributes.map(\.wire) }
}
