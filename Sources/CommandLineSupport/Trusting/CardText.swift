import Basics
import Files
import Foundation
import Protocol

/// A card that a person gives, by its file or on standard input.
struct CardText {
    let isStandardInput: Bool
    /// For messages.
    let source: String
    private let bytes: [UInt8]

    /// Far more than a card and the mail around it.
    private static let limit = 1 << 20

    /// - Parameter path: of a file; `-` for standard input.
    /// - Throws: `FileError`, `OperationFailure` `.badData`.
    init(_ path: String) throws {
        isStandardInput = path == "-"
        source = isStandardInput ? "standard input" : path
        bytes = isStandardInput ? try Self.standardInput() : try WholeFile.read(path, limit: Self.limit)
    }

    private static func standardInput() throws -> [UInt8] {
        let data = try FileHandle.standardInput.read(upToCount: limit + 1) ?? Data()
        guard data.count <= limit else { throw OperationFailure(.badData, "standard input: this is far longer than a card") }
        return Array(data)
    }

    /// - Throws: `OperationFailure` that names the source.
    func card() throws -> Card {
        do {
            return try Card(file: bytes)
        } catch {
            throw OperationFailure(error.kind, "\(source): \(error.reason)")
        }
    }

    /// - Throws: `OperationFailure` `.invalidRequest` for the card of the identity that lives here.
    func refuseOwn(_ card: Card, _ home: Home) throws {
        guard let own = try Self.ownIdentity(home), card.fingerprint == own.fingerprint else { return }
        throw OperationFailure(
            .invalidRequest, "\(source): this is this side's own card; the other side trusts it, and this side the other side's")
    }

    private static func ownIdentity(_ home: Home) throws -> Identity? {
        do {
            return try Identity.load(from: home)
        } catch {
            guard error.code != .identityMissing else { return nil }
            throw error
        }
    }

    static func date(_ date: Date) -> String { date.formatted(.iso8601) }
}
