import Basics
public import Crypto
import Foundation

/// An issuer who signs marks. The secret key stays where it is: this knows what can be done with it, and no more.
public struct MarkIssuer: Sendable {
    /// Eight bytes by which a verifier finds the issuer's card.
    public let identifier: IssuerIdentifier

    /// An Ed25519 signature (RFC 8032) over a message, 64 bytes.
    public let sign: @Sendable (_ message: [UInt8]) throws -> [UInt8]

    /// 16 bytes that only this issuer derives from a context, the same each time.
    public let secret: @Sendable (_ context: [UInt8]) -> [UInt8]

    public init(
        identifier: IssuerIdentifier, sign: @escaping @Sendable (_ message: [UInt8]) throws -> [UInt8],
        secret: @escaping @Sendable (_ context: [UInt8]) -> [UInt8]
    ) {
        (self.identifier, self.sign, self.secret) = (identifier, sign, secret)
    }
}

/// The first eight bytes of an identity's fingerprint: enough to find its card, never enough to trust one.
public struct IssuerIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of an identifier.
    public static let byteCount = 8

    public let bytes: [UInt8]

    /// `nil` unless there are eight bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Lower-case hexadecimal.
    public var description: String { hexadecimal(bytes) }
}

/// The issuers whose marks a verifier believes.
public struct IssuerDirectory: Sendable {
    /// Whether a signature can be believed.
    public enum Judgement: Hashable, Sendable {
        /// The issuer of this name has signed.
        case signed(by: String)
        /// Nobody here has a card of the issuer that is named: nothing is proven.
        case unknownIssuer(IssuerIdentifier)
        /// The issuer that is named has not signed this.
        case forged(name: String)
    }

    private struct Known: Sendable {
        let name: String
        let key: Curve25519.Signing.PublicKey
    }

    private var known: [IssuerIdentifier: [Known]] = [:]

    public init() {}

    /// Believes an issuer.
    public mutating func add(_ identifier: IssuerIdentifier, name: String, key: Curve25519.Signing.PublicKey) {
        known[identifier, default: []].append(Known(name: name, key: key))
    }

    /// Believes an issuer.
    ///
    /// - Parameter keyBytes: its public Ed25519 key.
    /// - Throws: `MarksError` of code `key` unless these are 32 bytes.
    public mutating func add(_ identifier: IssuerIdentifier, name: String, keyBytes: [UInt8]) throws {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: keyBytes) else {
            throw MarksError(.key, "an issuer's key has 32 bytes")
        }
        add(identifier, name: name, key: key)
    }

    /// The directory's name for an issuer; its identifier where nobody here knows it.
    public func name(of identifier: IssuerIdentifier) -> String {
        known[identifier]?.first?.name ?? "an unknown issuer (\(identifier))"
    }

    /// Judges a signature that claims to be `identifier`'s.
    func judge(_ signature: [UInt8], over message: [UInt8], by identifier: IssuerIdentifier) -> Judgement {
        guard let candidates = known[identifier], let first = candidates.first else { return .unknownIssuer(identifier) }
        guard let signer = candidates.first(where: { $0.key.isValidSignature(signature, for: message) }) else {
            return .forged(name: first.name)
        }
        return .signed(by: signer.name)
    }
}
