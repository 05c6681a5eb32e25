import DICOM

/// The beginning of a stego file, up to its pixel value, with its sealed element opened and unpacked.
///
/// In this form the heads of a series are nearly the same, while the heads themselves have no two sealed bytes in common. The receiver makes
/// the head of it again, byte for byte: docs/protocol/heads.md.
struct OpenedHead: Equatable {
    /// The file's bytes before the sealed ones.
    var before: [UInt8]
    /// The file's bytes behind the sealed ones, up to the pixel value.
    var after: [UInt8]
    var stegoInstanceUID: String
    /// The associated data that the sealed bytes are bound to.
    var associatedData: [UInt8]
    var nonce: [UInt8]
    /// The parts of the sealed element (``ElementContent``), the record in them with its body unpacked.
    var content: NumberedParts

    /// The number of the part that is a coded record.
    private static let record = 1

    /// Opens the head of a stego file.
    ///
    /// - Parameter maximumByteCount: the longest head, and the longest body of its record.
    /// - Returns: nil where the file has no sealed element, is longer than allowed, or would not be made again byte for byte.
    init?(of stego: [UInt8], key: StudyKey, compressor: HeaderCompressor, maximumByteCount: Int) {
        guard let file = try? DICOMFile(bytes: stego, name: ""), let sealed = StegoElements.value(of: .record, in: file.dataSet) else {
            return nil
        }
        let end = file.pixelDataRange?.lowerBound ?? stego.count
        guard end <= maximumByteCount, let start = Self.position(of: sealed, in: stego[..<end]) else { return nil }
        let uid = file.dataSet.string(.sopInstanceUID) ?? ""
        let associatedData = SealingContext.associatedData(of: file.dataSet)
        guard let nonce = try? SealedRecord(bytes: sealed).parts().nonce,
            let plaintext = try? ElementSealer.open(
                SealedRecord(bytes: sealed), key: key.instanceKey(for: uid), associatedData: associatedData),
            var content = try? NumberedParts(decoding: plaintext)
        else { return nil }
        if let coded = content[Self.record], let kind = coded.first {
            guard let body = try? compressor.decompress(Array(coded.dropFirst()), maximumByteCount: maximumByteCount) else { return nil }
            content[Self.record] = [kind] + body
        }
        self.init(
            before: Array(stego[..<start]), after: Array(stego[(start + sealed.count)..<end]), stegoInstanceUID: uid,
            associatedData: associatedData, nonce: Array(nonce), content: content)
        // Another release of zstd could have packed the record.
        guard let again = try? self.sealed(by: key, compressor), again == Array(stego[..<end]) else { return nil }
    }

    private init(
        before: [UInt8], after: [UInt8], stegoInstanceUID: String, associatedData: [UInt8], nonce: [UInt8], content: NumberedParts
    ) {
        (self.before, self.after, self.stegoInstanceUID) = (before, after, stegoInstanceUID)
        (self.associatedData, self.nonce, self.content) = (associatedData, nonce, content)
    }

    /// The head of the stego file.
    ///
    /// - Throws: ``SealingError``, ``CompressionError``.
    func sealed(by key: StudyKey, _ compressor: HeaderCompressor) throws -> [UInt8] {
        var content = content
        if let unpacked = content[Self.record], let kind = unpacked.first {
            content[Self.record] = [kind] + (try compressor.compress(Array(unpacked.dropFirst())))
        }
        let sealed = try AuthenticatedSeal(kind: .element, key: key.instanceKey(for: stegoInstanceUID))
            .seal(content.encoded, .none, nonce: nonce, associatedData: associatedData)
        return before + sealed.bytes + after
    }

    private static func position(of needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        // Sealed bytes are random from the nonce on: the first match is the only one.
        guard let first = needle.first, needle.count <= bytes.count else { return nil }
        return (bytes.startIndex...bytes.endIndex - needle.count).first {
            bytes[$0] == first && bytes[$0..<$0 + needle.count].elementsEqual(needle)
        }
    }

    // MARK: As bytes

    /// Each field counted; what differs from file to file stands together.
    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.put(counted: before)
        writer.put(counted: after)
        writer.put(counted: Array(stegoInstanceUID.utf8))
        writer.put(counted: associatedData)
        writer.put(counted: nonce)
        writer.put(fixed: content.encoded)
        return writer.bytes
    }

    init(decoding bytes: [UInt8]) throws(RecordReader.Malformed) {
        var reader = RecordReader(bytes)
        self.init(
            before: try reader.counted(), after: try reader.counted(),
            stegoInstanceUID: String(decoding: try reader.counted(), as: UTF8.self),
            associatedData: try reader.counted(), nonce: try reader.counted(), content: try NumberedParts(decoding: reader.rest))
    }
}
