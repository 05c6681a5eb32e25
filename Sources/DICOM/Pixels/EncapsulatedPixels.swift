/// Compressed pixel data, one fragment a frame (PS3.5 §A.4).
public struct EncapsulatedPixels: Hashable, Sendable {
    public let transferSyntax: TransferSyntax
    /// The description that the data set must have which carries the fragments; the photometric interpretation may be the codec's own
    /// (`YBR_RCT`).
    public let description: PixelDescription
    /// One codestream a frame, each of even length.
    public let fragments: [[UInt8]]

    /// - Parameter fragments: one codestream for each frame of the description; odd ones are padded with a zero byte.
    public init(transferSyntax: TransferSyntax, description: PixelDescription, fragments: [[UInt8]]) {
        self.transferSyntax = transferSyntax
        self.description = description
        self.fragments = fragments.map { $0.count % 2 == 0 ? $0 : $0 + [0] }
    }

    /// Where each fragment's item begins, counted from the first byte after the basic offset table.
    ///
    /// Empty when the offsets do not fit 32 bits, as the standard wants it.
    public var offsetTable: [UInt32] {
        var offset = 0
        var table: [UInt32] = []
        for fragment in fragments {
            guard let entry = UInt32(exactly: offset) else { return [] }
            table.append(entry)
            offset += 8 + fragment.count
        }
        return table
    }

    /// The value as it stands in a file: basic offset table, items, sequence delimiter.
    ///
    /// - Parameter hasTable: whether the offset table has its entries; an empty one is as good to readers.
    public func serialised(hasTable: Bool = true) -> [UInt8] {
        let table = hasTable ? offsetTable : []
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fragments.reduce(16 + 4 * table.count) { $0 + 8 + $1.count })
        bytes.appendItem(.item, length: 4 * table.count)
        for entry in table { bytes.appendLittleEndian(entry) }
        for fragment in fragments {
            bytes.appendItem(.item, length: fragment.count)
            bytes += fragment
        }
        bytes.appendItem(.sequenceDelimitationItem, length: 0)
        return bytes
    }
}

extension [UInt8] {
    mutating func appendLittleEndian(_ number: UInt16) {
        append(UInt8(truncatingIfNeeded: number))
        append(UInt8(truncatingIfNeeded: number >> 8))
    }

    mutating func appendLittleEndian(_ number: UInt32) {
        appendLittleEndian(UInt16(truncatingIfNeeded: number))
        appendLittleEndian(UInt16(truncatingIfNeeded: number >> 16))
    }

    mutating func append(_ tag: Tag) {
        appendLittleEndian(tag.group)
        appendLittleEndian(tag.element)
    }

    /// The header of an item or delimiter, which has no value representation. The length must fit 32 bits.
    mutating func appendItem(_ tag: Tag, length: Int) {
        append(tag)
        appendLittleEndian(UInt32(truncatingIfNeeded: length))
    }
}

/// The resource that an encoder should spare.
public enum EncodingEffort: String, Sendable, Hashable {
    /// Bytes. JPEG 2000 codes every bit-plane arithmetically; JPEG XL searches its context trees for long.
    case compact
    /// Time. JPEG 2000 writes low bit-planes raw, which saves about a third of it, also of the decoder's, for some four to ten per cent
    /// more bytes. JPEG XL takes a tenth of the encoder's time for one to three per cent more bytes.
    case fast
}
