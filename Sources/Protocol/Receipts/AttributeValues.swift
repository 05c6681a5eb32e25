import Basics
import Foundation

/// Reads attributes of a manifest as what they are declared to be. An attribute that is missing is `nil`; one of another type is an error.
extension ManifestAttributes {
    /// - Throws: ``ProtocolError/Code/manifestInvalid`` for a value of another type.
    public func text(_ name: AttributeName) throws(ProtocolError) -> String? {
        switch self[name] {
        case nil: nil
        case .text(let text): text
        default: throw Self.unfit(name, "no text")
        }
    }

    /// - Throws: ``ProtocolError/Code/manifestInvalid`` for a value of another type.
    public func integer(_ name: AttributeName) throws(ProtocolError) -> Int64? {
        switch self[name] {
        case nil: nil
        case .integer(let integer): integer
        default: throw Self.unfit(name, "no integer")
        }
    }

    /// - Throws: ``ProtocolError/Code/manifestInvalid`` for a value of another type.
    public func data(_ name: AttributeName) throws(ProtocolError) -> [UInt8]? {
        switch self[name] {
        case nil: nil
        case .data(let bytes): bytes
        default: throw Self.unfit(name, "no bytes")
        }
    }

    /// - Throws: ``ProtocolError/Code/manifestInvalid`` for a value of another type.
    public func time(_ name: AttributeName) throws(ProtocolError) -> Date? {
        switch self[name] {
        case nil: nil
        case .time(let date): date
        default: throw Self.unfit(name, "no time")
        }
    }

    /// - Throws: ``ProtocolError/Code/manifestInvalid`` unless it is 16 bytes.
    public func transfer(_ name: AttributeName) throws(ProtocolError) -> TransferID? {
        guard let bytes = try data(name) else { return nil }
        guard let transfer = TransferID(bytes: bytes) else { throw Self.unfit(name, "not the 16 bytes of a transfer") }
        return transfer
    }

    /// - Throws: ``ProtocolError/Code/manifestInvalid`` unless it is 32 bytes.
    public func digest(_ name: AttributeName) throws(ProtocolError) -> ContentDigest? {
        guard let bytes = try data(name) else { return nil }
        guard let digest = ContentDigest(bytes: bytes) else { throw Self.unfit(name, "not the 32 bytes of a SHA-256") }
        return digest
    }

    /// The error about the value of an attribute.
    static func unfit(_ name: AttributeName, _ what: String) -> ProtocolError {
        ProtocolError(.manifestInvalid, "the manifest's attribute '\(name)' is \(what)")
    }
}

extension ManifestAttributes {
    /// As bytes of their own: a `ManifestBody` that has nothing but attributes.
    func serialized() throws(ProtocolError) -> [UInt8] {
        let wire = wire
        return try Serialization.bytes(of: WireManifestBody.with { $0.attributes = wire })
    }

    /// Reads ``serialized()``.
    ///
    /// - Throws: ``ProtocolError/Code/manifestInvalid``
    init(serialized bytes: [UInt8]) throws(ProtocolError) {
        guard let layout = ManifestLayout(of: bytes), let body = try? WireManifestBody(serializedBytes: layout.head) else {
            throw ProtocolError(.manifestInvalid, "attributes of a manifest are damaged or too many")
        }
        try self.init(body.attributes)
    }
}
