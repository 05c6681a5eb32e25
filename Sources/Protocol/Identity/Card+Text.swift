import Basics

extension Card {
    private static let label = "VEILRAY CARD"

    /// The card as text for a file or a mail. `docs/protocol/cards.md` has the grammar.
    public func text() throws(ProtocolError) -> String {
        Armour(label: Self.label, fields: readableFields, payload: try statement.serialized()).text
    }

    /// Reads a card out of a file's bytes: UTF-8, with a byte order mark or without.
    ///
    /// - Throws: as ``init(text:)`` does.
    public init(file bytes: [UInt8]) throws(ProtocolError) {
        // The byte order marks of UTF-16, in which some programs for Windows write text.
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
            throw ProtocolError(.notACard, "this is text in UTF-16; save it as UTF-8")
        }
        try self.init(text: String(decoding: bytes, as: UTF8.self))
    }

    /// Reads a card out of a file's or a mail's text.
    ///
    /// - Throws: ``ProtocolError/Code/notACard``, ``ProtocolError/Code/cardTruncated``, ``ProtocolError/Code/cardDamaged``,
    ///   ``ProtocolError/Code/unsupportedCardVersion``, ``ProtocolError/Code/weakKey``
    public init(text: String) throws(ProtocolError) {
        let armour: Armour
        do {
            armour = try Armour(reading: text, label: Self.label)
        } catch {
            throw Self.failure(error)
        }
        if let version = armour.fields.first(where: { $0.name == "Version" }).flatMap({ UInt32($0.value) }), version != Self.version {
            throw Self.unsupported(version)
        }
        guard let statement = SignedStatement(serialized: armour.payload) else { throw Self.damaged() }
        try self.init(statement)
        // What people read must be what was signed, or a changed line could introduce a stranger under a friend's name.
        guard armour.fields == readableFields else { throw Self.damaged() }
    }

    private var readableFields: [Armour.Field] {
        var fields = [
            Armour.Field(name: "Version", value: String(Self.version)),
            Armour.Field(name: "Name", value: name.text),
        ]
        if let address { fields.append(Armour.Field(name: "Address", value: address.description)) }
        fields.append(Armour.Field(name: "Created", value: Timestamp.text(created)))
        fields.append(Armour.Field(name: "Fingerprint", value: fingerprint.description))
        return fields
    }

    private static func failure(_ failure: Armour.Failure) -> ProtocolError {
        switch failure {
        case .absent: ProtocolError(.notACard, "there is no Veilray card in this text; it begins with -----BEGIN \(label)-----")
        case .truncated: ProtocolError(.cardTruncated, "the card ends before its last line; copy all of it up to -----END \(label)-----")
        case .damaged: damaged()
        }
    }
}
