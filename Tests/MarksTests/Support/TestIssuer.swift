import Crypto
import Foundation
import Marks
import Testing

/// An issuer of marks with a fresh key.
struct TestIssuer {
    let name: String
    let key = Curve25519.Signing.PrivateKey()
    let identifier: IssuerIdentifier

    init(_ name: String) throws {
        self.name = name
        let digest = Array(SHA256.hash(data: key.publicKey.rawRepresentation))
        identifier = try #require(IssuerIdentifier(bytes: digest.prefix(8)))
    }

    var issuer: MarkIssuer {
        let key = key
        return MarkIssuer(
            identifier: identifier,
            sign: { Array(try key.signature(for: $0)) },
            secret: { context in Array(SHA256.hash(data: key.rawRepresentation + context).prefix(16)) })
    }

    /// A directory that believes these issuers.
    static func directory(_ issuers: TestIssuer...) -> IssuerDirectory {
        var directory = IssuerDirectory()
        for issuer in issuers { directory.add(issuer.identifier, name: issuer.name, key: issuer.key.publicKey) }
        return directory
    }

    /// What a mark without header, series and history binds.
    func binding(_ layout: MarkLayout, entries: Int = 0) throws -> MarkBinding {
        try MarkBinding(
            layout: layout, entryCount: entries, startPoint: .acquired,
            header: HeaderCommitment(HeaderValues { _ in [] }, try #require(HeaderBlind(bytes: [UInt8](repeating: 7, count: 16)))),
            seriesRoot: [UInt8](repeating: 0, count: 16), seriesIndex: 0, seriesCount: 0, custodyHead: [UInt8](repeating: 0, count: 32),
            issuer: identifier, time: 1_700_000_000, contentRecordDigest: [UInt8](repeating: 0, count: 8))
    }

    func mark(
        _ image: MarkImage, as name: String = "1.2.3", ladder: [MarkingRung] = MarkingRung.ladder, longLeaves: Bool = false
    ) throws -> StrictMarker.Marked {
        try StrictMarker(issuer: issuer, longLeaves: longLeaves).mark(image, as: ImageIdentifier(instance: name, frame: 0), ladder: ladder)
        { try binding($0) }
    }
}
