import Basics
import DICOM

/// An original that the sealer has at hand.
struct KnownOriginal {
    let bytes: [UInt8]
    /// Of these bytes.
    let digest: ContentDigest
}

/// Puts an original together again from its record and the stego file's pixels.
struct OriginalAssembler {
    let record: Record
    let stego: DICOMFile
    /// The regions that were filled before the samples were shown.
    let redaction: SealedRedaction
    /// The original, where the caller has it: then the result is compared with it byte by byte, which takes a tenth of its digest's time.
    var known: KnownOriginal?

    /// The original, proven by the record's digests.
    ///
    /// - Parameter samples: gives the cover's samples; called only where the record needs them.
    /// - Throws: ``StegoError`` `.digestMismatch` when the result is not what the sender recorded.
    func original(samples: () throws -> PixelSource, placement: RecordPlacement) throws -> RevealedInstance {
        var doubt: String?
        let pixelValue: [UInt8]
        var exact = true
        switch record.restoration {
        case .native(let words, let order):
            let source = try samples().restored(redaction)
            doubt = source.doubt
            pixelValue = order.stored(try source.native(as: words))
        case .reencoded(let words, let uid, let edits):
            let source = try samples().restored(redaction)
            doubt = source.doubt
            exact = edits != nil
            let encoded = try reencoded(source, words, TransferSyntax(uid: uid))
            // What differs from the original may have other lengths, which the edits do not fit.
            pixelValue =
                if let edits, doubt == nil { try edited(encoded.editedForm, by: edits) } else { encoded.serialised() }
        case .verbatim(let order, let edits):
            pixelValue = order.stored(try edited(stego.pixelDataRange.map { Array(stego.expanded[$0]) } ?? [], by: edits))
        case .enclosed:
            pixelValue = []
        }
        let bytes = try file(around: pixelValue)
        if doubt == nil { try exact ? requireOriginal(bytes) : requirePixels(in: bytes) }
        return RevealedInstance(
            bytes: bytes, originalDigest: record.originalDigest,
            exactness: doubt != nil ? .unproven : exact ? .bytes : .pixelsAndElements, placement: placement,
            unproven: doubt.map { [$0] } ?? [])
    }

    private func edited(_ value: [UInt8], by edits: ByteEdits) throws -> [UInt8] {
        guard let edited = edits.applied(to: value) else {
            throw StegoError(.malformedRecord, "The record describes another pixel value than the file holds.")
        }
        return edited
    }

    private func file(around pixelValue: [UInt8]) throws -> [UInt8] {
        let expanded = record.header + pixelValue + record.trailer
        guard let deflation = record.deflation else { return expanded }
        guard expanded.indices.contains(deflation.dataSetOffset) else {
            throw StegoError(.malformedRecord, "The record describes another file than it holds.")
        }
        return expanded[..<deflation.dataSetOffset] + (try deflation.parameters.deflate(Array(expanded[deflation.dataSetOffset...])))
    }

    private func requireOriginal(_ bytes: [UInt8]) throws {
        let isOriginal =
            if let known { known.digest == record.originalDigest && known.bytes.isSame(as: bytes) } else {
                ContentDigest(of: bytes) == record.originalDigest
            }
        guard bytes.count == record.originalByteCount, isOriginal else {
            throw StegoError(.digestMismatch, "The restored file is not the original; nothing was written.")
        }
    }

    /// The pixels that a reader of the restored file gets must be the original's: the bytes are taken apart anew, whatever made them.
    private func requirePixels(in bytes: [UInt8]) throws {
        let restored = try DICOMFile(bytes: bytes, name: stego.name)
        if let obstacle = PlainEncapsulation.obstacle(in: restored) {
            throw StegoError(.digestMismatch, "Readers of the restored file could differ, since \(obstacle); nothing was written.")
        }
        guard ContentDigest(of: try PixelCodec.decode(restored).1) == record.pixelDigest else {
            throw StegoError(.digestMismatch, "The restored pixels are not the original's; nothing was written.")
        }
    }

    /// Codestreams in the original's transfer syntax.
    private func reencoded(_ source: PixelSource, _ words: Record.SampleWords, _ syntax: TransferSyntax) throws -> EncapsulatedPixels {
        let description = try source.description.laidOut(highBit: words.highBit, colorByPlane: words.colorByPlane)
        return try PixelCodec.encode(source.native(as: words), description, as: syntax)
    }
}

/// Assembles the part of an original that is left when the element with its record was stripped: its pixels, its identity.
struct ExcerptAssembler {
    let excerpt: IdentityExcerpt
    let stego: DICOMFile

    func approximation(_ source: PixelSource) throws -> RevealedInstance {
        var dataSet = stego.dataSet
        guard !DICOMFile.isDeflated(excerpt.file) else { throw StegoError(.malformedRecord, "The excerpt is deflated, which none is.") }
        let identity = try DICOMFile(bytes: excerpt.file, name: stego.name).dataSet
        for tag in IdentityExcerpt.tags {
            dataSet[tag] = identity[tag]
        }
        let words = Record.SampleWords(
            highBit: source.description.highBit, colorByPlane: false,
            unusedBits: source.description.isSigned ? .signExtension : .zero)
        let native = try source.native(as: words)
        let bytes = try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(native))
        let pixels = ContentDigest(of: native) == excerpt.pixelDigest ? "The pixel values are proven" : "Pixel values are not proven"
        return RevealedInstance(
            bytes: bytes, originalDigest: excerpt.originalDigest, exactness: .unproven, placement: .pixelsAndElement,
            unproven: ["The sealed element was stripped: of the header only the identity is the original's. \(pixels)."])
    }
}
