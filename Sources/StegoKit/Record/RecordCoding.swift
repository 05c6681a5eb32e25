import Basics
import DICOM

/// The byte form of a ``Record`` and of an ``IdentityExcerpt``: one kind byte, then the compressed body.
enum RecordCoding {
    /// The content of a sealed payload.
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
        try pack(.record, parts(of: record), with: compressor)
    }

    static func encode(_ excerpt: IdentityExcerpt, with compressor: HeaderCompressor) throws -> [UInt8] {
        var parts = NumberedParts()
        parts[ExcerptPart.originalDigest.rawValue] = excerpt.originalDigest.bytes
        parts[ExcerptPart.pixelDigest.rawValue] = excerpt.pixelDigest.bytes
        parts[ExcerptPart.identity.rawValue] = excerpt.file
        parts.add(excerpt.unknownParts)
        return try pack(.excerpt, parts, with: compressor)
    }

    /// - Parameter maximumByteCount: the longest body that is unpacked, at most ``maximumBodyByteCount``.
    /// - Throws: ``StegoError`` `malformedRecord`, also for a critical part that this version does not know.
    static func decode(
        _ bytes: [UInt8], with compressor: HeaderCompressor, maximumByteCount: Int = maximumBodyByteCount
    ) throws -> Content {
        guard let first = bytes.first, let kind = Kind(rawValue: first) else {
            throw StegoError(.malformedRecord, "The record inside is of a kind that this version does not know.")
        }
        let body = try compressor.decompress(Array(bytes.dropFirst()), maximumByteCount: maximumByteCount)
        do {
            let parts = try NumberedParts(decoding: body)
            return switch kind {
            case .record: .record(try record(of: parts))
            case .excerpt: .excerpt(try excerpt(of: parts))
            }
        } catch let error as NumberedParts.UnknownCritical {
            throw StegoError(
                .malformedRecord,
                "The record inside has a part \(error.number) that this version must not leave aside; install a newer one.")
        } catch is RecordReader.Malformed {
            throw StegoError(.malformedRecord, "The record inside was opened but its fields make no sense.")
        }
    }

    private static func pack(_ kind: Kind, _ parts: NumberedParts, with compressor: HeaderCompressor) throws -> [UInt8] {
        [kind.rawValue] + (try compressor.compress(parts.encoded))
    }

    // MARK: Parts

    /// All are critical: none of them can be left aside. Numbers are never given twice.
    private enum RecordPart: Int, CaseIterable {
        case restoration = 1
        /// Byte count, then digest.
        case original = 3
        case pixelDigest = 5
        case deflation = 7
        case trailer = 9
        case header = 11
        /// Empty where the sealed element holds it.
        case redaction = 13
        case pixelCipher = 15

        static let known = Set(allCases.map(\.rawValue))
    }

    private enum ExcerptPart: Int, CaseIterable {
        case originalDigest = 1
        case pixelDigest = 3
        case identity = 5

        static let known = Set(allCases.map(\.rawValue))
    }

    private enum RestorationTag: UInt8 {
        case native = 0
        case reencoded = 1
        case reencodedExactly = 2
        case verbatim = 3
        case enclosed = 4
    }

    private static func parts(of record: Record) -> NumberedParts {
        var original = ByteWriter()
        original.put(number: record.originalByteCount)
        original.put(fixed: record.originalDigest.bytes)
        var parts = NumberedParts()
        parts[RecordPart.restoration.rawValue] = encode(record.restoration)
        parts[RecordPart.original.rawValue] = original.bytes
        parts[RecordPart.pixelDigest.rawValue] = record.pixelDigest?.bytes
        parts[RecordPart.deflation.rawValue] = record.deflation.map(encode)
        parts[RecordPart.trailer.rawValue] = record.trailer.isEmpty ? nil : record.trailer
        parts[RecordPart.header.rawValue] = record.header
        parts[RecordPart.redaction.rawValue] = record.redaction
        parts[RecordPart.pixelCipher.rawValue] = record.pixelCipher?.encoded
        parts.add(record.unknownParts)
        return parts
    }

    private static func record(of parts: NumberedParts) throws -> Record {
        let unknown = try parts.unknown(besides: RecordPart.known)
        guard let restoration = parts[RecordPart.restoration.rawValue], let original = parts[RecordPart.original.rawValue],
            let header = parts[RecordPart.header.rawValue]
        else { throw RecordReader.Malformed() }
        let (byteCount, digest) = try whole(original) { reader throws(RecordReader.Malformed) in
            (try reader.number(), try decodeDigest(&reader))
        }
        return Record(
            restoration: try whole(restoration, decodeRestoration), originalByteCount: byteCount, originalDigest: digest,
            pixelDigest: try parts[RecordPart.pixelDigest.rawValue].map { try whole($0, decodeDigest) },
            deflation: try parts[RecordPart.deflation.rawValue].map { try whole($0, decodeDeflation) }, header: header,
            trailer: parts[RecordPart.trailer.rawValue] ?? [], redaction: parts[RecordPart.redaction.rawValue],
            pixelCipher: try parts[RecordPart.pixelCipher.rawValue].map { try whole($0, PixelCipherKeys.init) }, unknownParts: unknown)
    }

    private static func excerpt(of parts: NumberedParts) throws -> IdentityExcerpt {
        let unknown = try parts.unknown(besides: ExcerptPart.known)
        guard let original = parts[ExcerptPart.originalDigest.rawValue], let pixels = parts[ExcerptPart.pixelDigest.rawValue],
            let file = parts[ExcerptPart.identity.rawValue]
        else { throw RecordReader.Malformed() }
        return IdentityExcerpt(
            originalDigest: try whole(original, decodeDigest), pixelDigest: try whole(pixels, decodeDigest), file: file,
            unknownParts: unknown)
    }

    /// The value that `read` makes of a part's bytes, of which nothing may be left over.
    private static func whole<Value>(
        _ bytes: [UInt8], _ read: (inout RecordReader) throws(RecordReader.Malformed) -> Value
    ) throws(RecordReader.Malformed) -> Value {
        var reader = RecordReader(bytes)
        let value = try read(&reader)
        guard reader.isAtEnd else { throw RecordReader.Malformed() }
        return value
    }

    // MARK: Restoration

    private static func encode(_ restoration: Record.Restoration) -> [UInt8] {
        var value = ByteWriter()
        switch restoration {
        case .native(let words, let order):
            value.put(byte: RestorationTag.native.rawValue)
            encode(order, into: &value)
            encode(words, into: &value)
        case .reencoded(let words, let transferSyntax, let edits):
            value.put(byte: (edits == nil ? RestorationTag.reencoded : .reencodedExactly).rawValue)
            value.put(counted: Array(transferSyntax.utf8))
            encode(words, into: &value)
            if let edits { value.put(edits) }
        case .verbatim(let order, let edits):
            value.put(byte: RestorationTag.verbatim.rawValue)
            encode(order, into: &value)
            value.put(edits)
        case .enclosed:
            value.put(byte: RestorationTag.enclosed.rawValue)
        }
        return value.bytes
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

    private static func decodeDigest(_ reader: inout RecordReader) throws(RecordReader.Malformed) -> ContentDigest {
        guard let digest = ContentDigest(bytes: try reader.fixed(ContentDigest.byteCount)) else { throw RecordReader.Malformed() }
        return digest
    }
}
