import Basics
import CommandLineSupport
import Files
import Foundation
import Marks
import Protocol

/// The issuer who signs marks here, and the issuers whose marks are believed.
enum MarkParties {
    /// The most that a card's file may have.
    private static let largestCard = 1 << 20

    static func issuer(_ identity: Identity) throws -> MarkIssuer {
        guard let identifier = IssuerIdentifier(bytes: identity.markIdentifier) else {
            throw OperationFailure(.badData, "the identity has no fingerprint")
        }
        return MarkIssuer(
            identifier: identifier, sign: { try identity.markSignature(over: $0) }, secret: { identity.markSecret($0) })
    }

    /// This side's identity, for a verifier that may do without one.
    static func identity(_ home: Home) throws -> Identity? {
        do {
            return try Identity.load(from: home)
        } catch {
            guard error.code != .identityMissing else { return nil }
            throw error
        }
    }

    /// The issuers of the cards that were given; without any, of the trusted cards and of this side's own identity.
    static func directory(cards: [String], home: Home, own: Identity?) throws -> IssuerDirectory {
        var directory = IssuerDirectory()
        for path in cards { try add(try card(path), to: &directory) }
        guard cards.isEmpty else { return directory }
        if let own { try add(try own.card(), to: &directory) }
        for peer in try TrustStore(home: home).peers { try add(peer.card, named: peer.name.text, to: &directory) }
        return directory
    }

    private static func card(_ path: String) throws -> Card {
        do {
            return try Card(file: try WholeFile.read(path, limit: largestCard))
        } catch let error as ProtocolError {
            throw OperationFailure(error.kind, "\(path): \(error.reason)")
        }
    }

    private static func add(_ card: Card, named name: String? = nil, to directory: inout IssuerDirectory) throws {
        guard let identifier = IssuerIdentifier(bytes: card.markIdentifier) else { return }
        try directory.add(identifier, name: name ?? card.name.text, keyBytes: card.signingKeyBytes)
    }
}
