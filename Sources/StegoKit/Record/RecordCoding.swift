import Basics
import DICOM

/// The byte form of a ``Record`` and of an ``IdentityExcerpt``: one kind byte, then the compressed body.
enum RecordCoding {
    /// What a sealed payload holds.
    enum Content: Equatable, Sendable {
        case record(Record)
        case excerpt(IdentityExcerpt)
    }

    /// The largest body that is unpacked: an object of this size has no place in memory anyway.
    static let maximumBodyByteCount = 1 << 30

    private enum Kind: UInt8 {
        case record = 1
        case excerpt = 2
    }

    static func encode(_ record: Record, with compressor: HeaderCompressor) throws -> [UInt8] {
        try pack(.record, encodeBody(record), with: compressor)
    }

    static func encode(_ excerpt: IdentityExcerpt, with compressor: HeaderCompressor) throws -> [UInt8] {
        var body = ByteWriter()
        body.put(fixed: excerpt.originalDigest.bytes)
        body.put(fixed: excerpt.pixelDigest.bytes)
        body.put(counted: excerpt.file)
        return try pack(.excerpt, body.bytes, with: compressor)
    }

    /// - Parameter maximumByteCount: the longest body that is unpacked, at most ``maximumBodyByteCount``.
    static func decode(
        _ bytes: [UInt8], with compressor: HeaderCompressor, maximumByteCount: Int = maximumBodyByteCount
    ) throws -> Content {
        guard let first = bytes.first, let kind = Kind(rawValue: first) else {
            throw StegoError(.malformedRecord, "The record inside is of a kind that this version does not know.")
        }
        let body = try compressor.decompress(Array(bytes.dropFirst()), maximumByteCount: maximumByteCount)
        do {
            var reader = RecordReader(body)
            let content: Content =
                switch kind {
                case .record: .record(try decodeRecord(&reader))
                case .excerpt: .excerpt(try decodeExcerpt(&reader))
                }
            guard reader.isAtEnd else { throw RecordReader.Malformed() }
            return content
        } catch is RecordReader.Malformed {
            throw StegoError(.malformedRecord, "The record inside was opened but its fields make no sense.")
        }
    }

    private static func pack(_ kind: Kind, _ body: [UInt8], with compressor: HeaderCompressor) throws -> [UInt8] {
        [kind.rawValue] + (try compressor.compress(body))
    }

    // MARK: Body

    private enum RestorationTag: UInt8 {
        case native = 0
        case reencoded = 1
        case reencodedExactly = 2
        case verbatim = 3
        case enclosed = 4
    }

    private static func encodeBody(_ record: Record) -> [UInt8] {
        var body = ByteWriter()
        switch record.restoration {
        case .native(let words, let order):
            body.put(byte: RestorationTag.native.rawValue)
            encode(order, into: &body)
            encode(words, into: &body)
        case .reencoded(let words, let transferSyntax, let edits):
            body.put(byte: (edits == nil ? RestorationTag.reencoded : .reencodedExactly).rawValue)
            body.put(counted: Array(transferSyntax.utf8))
            encode(words, into: &body)
            if let edits { body.put(edits) }
        case .verbatim(let order, let edits):
            body.put(byte: RestorationTag.verbatim.rawValue)
            encode(order, into: &body)
            body.put(edits)
        case .enclosed:
            body.put(byte: RestorationTag.enclosed.rawValue)
        }
        body.put(number: record.originalByteCount)
        body.put(fixed: record.originalDigest.bytes)
        body.put(counted: record.pixelDigest?.bytes ?? [])
        encode(record.deflation, into: &body)
        body.put(counted: record.trailer)
        body.put(counted: record.header)
        return body.bytes
    }

    private static func decodeRecord(_ reader: inout RecordReader) throws(RecordReader.Malformed) -> Record {
        let restoration = try decodeRestoration(&reader)
        let byteCount = try reader.number()
        let digest = try decodeDigest(&reader)
        let pixelDigestBytes = try reader.counted()
        let pixelDigest = ContentDigest(bytes: pixelDigestBytes)
        guard pixelDigestBytes.isEmpty || pixelDigest != nil else { throw RecordReader.Malformed() }
        let deflation = try decodeDeflation(&reader)
        let trailer = try reader.counted()
        return Record(
            restoration: restoration, originalByteCount: byteCount, originalDigest: digest, pixelDigest: pixelDigest,
            deflation: deflation, header: try reader.counted(), trailer: trailer)
    }

    private static func decodeRestoration(_ reader: inout RecordReader) throws(RecordReader.Malformed) -> Record.Restoration {
        guard let tag = RestorationTag(rawValue: try reader.byte()) else { throw RecordReader.Malformed() }
        switch tag {
        case .native:
            let order = try decodeOrder(&reader)
            return .native(try decodeWords(&reader), order)
        case .reencoded, .reencodedExactly:
            let transferSyntax = String(decoding: try reader.counted(), as: UTF8.self)
            let words = try decodeWords(&reader)
            return .reencoded(words, transferSyntax: transferSyntax, edits: tag == .reencodedExactly ? try reader.edits() : nil)
        case .verbatim:
            let order = try decodeOrder(&reader)
            return .verbatim(order, try reader.edits())
        case .enclosed: return .enclosed
        }
    }

    private static func decodeExcerpt(_ reader: inout RecordReader) throws(RecordReader.Malformed) -> IdentityExcerpt {
        IdentityExcerpt(
            originalDigest: try decodeDigest(&reader), pixelDigest: try decodeDigest(&reader), file: try reader.counted())
    }

    private static func decodeDigest(_ reader: inout RecordReader) throws(RecordReader.Malformed) -> ContentDigest {
        guard let digest = ContentDigest(bytes: try reader.fixed(ContentDigest.byteCount)) else { throw RecordReader.Malformed() }
        return digest
    }
}
