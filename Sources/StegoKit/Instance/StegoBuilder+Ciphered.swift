import Basics
import DICOM

/// Stego files for an archive that nobody trusts: samples of the image's own shape, enciphered, and everything else in the sealed element.
extension StegoBuilder {
    func cipheredDraft() throws -> StegoDraft {
        guard let ciphers = options.pixelCiphers else { throw StegoError(.notReversible, "No cipher was chosen.") }
        let content = try samples.reversible()
        let description = try content.description.inStegoLayout()
        let header = try publicHeader(for: description)
        let nonce = (0..<PixelCipherKeys.nonceByteCount).map { _ in UInt8.random(in: .min ... .max) }
        let (planes, keys) = try ciphers.encipher(content.cover, key: instanceKey(for: header), nonce: nonce)
        var record = try original.record(
            restoration: content.restoration, pixelDigest: digestNeeded ? ContentDigest(of: content.native) : nil)
        record.pixelCipher = keys
        let coded = try RecordCoding.encode(record, with: compressor)
        let hidden = HiddenPart(placement: .element, element: ElementContent(record: coded))
        let draft = try write(header, hidden: hidden, pixels: encoded(planes, description), recordByteCount: coded.count)
        samples.forget()
        return draft
    }
}

extension PixelSource {
    /// With the samples deciphered, where they are enciphered.
    ///
    /// - Throws: ``StegoError``: `.tampered`, `.malformedRecord`.
    func deciphered(_ keys: PixelCipherKeys?, key: InstanceKey) throws(StegoError) -> PixelSource {
        guard let keys else { return self }
        return PixelSource(description: description, planes: try PixelCiphers.decipher(planes, keys, key: key), doubt: doubt)
    }
}
