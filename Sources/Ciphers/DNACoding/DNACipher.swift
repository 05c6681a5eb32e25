/// The DNA stage: a keyed bijection on byte strings of any length, 64 bases at a time.
///
/// `strand = encode(input rule, bytes)`, combined with the key strand, complemented where the mask says,
/// `bytes = decode(output rule, strand)`. It adds nothing to and takes nothing from the security of the AES-256-GCM
/// that follows: a bijection under keys of its own.
public struct DNACipher: Sendable {
    private let streams: DNAKeyStreams

    /// - Parameter streams: made for data at least as long as what is transformed.
    public init(streams: DNAKeyStreams) {
        self.streams = streams
    }

    /// Transforms in place.
    public func encrypt(_ bytes: inout [UInt8]) {
        transform(&bytes) { $0.encrypted($1, word: $2) }
    }

    /// Undoes ``encrypt(_:)`` in place.
    public func decrypt(_ bytes: inout [UInt8]) {
        transform(&bytes) { $0.decrypted($1, word: $2) }
    }

    @inline(__always)
    private func transform(_ bytes: inout [UInt8], _ step: (Block, UInt64, Int) -> UInt64) {
        let blockByteCount = DNAKeyStreams.blockByteCount
        precondition(bytes.count <= streams.rules.count, "key streams are made for the data's length")
        let wholeBlocks = bytes.count / blockByteCount
        let tail = bytes.count % blockByteCount
        // Every access below is inside its buffer: block indices are < ceil(bytes.count / 16), the streams hold that many whole blocks
        // (checked above; their length is a multiple of 16), and the data is read and written by whole blocks only before `tail`.
        bytes.withUnsafeMutableBytes { data in
            streams.rules.withUnsafeBytes { rules in
                streams.strand.withUnsafeBytes { strand in
                    for index in 0..<wholeBlocks {
                        let offset = index &* blockByteCount
                        let block = Block(rules: rules, strand: strand, offset: offset)
                        for word in 0..<2 {
                            let position = offset &+ word &* 8
                            let value = UInt64(littleEndian: data.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                            data.storeBytes(of: step(block, value, word).littleEndian, toByteOffset: position, as: UInt64.self)
                        }
                    }
                    guard tail > 0 else { return }
                    let offset = wholeBlocks * blockByteCount
                    let block = Block(rules: rules, strand: strand, offset: offset)
                    Self.transformTail(UnsafeMutableRawBufferPointer(rebasing: data[offset...])) { step(block, $0, $1) }
                }
            }
        }
    }

    /// No pair depends on another, so a short last block is a whole one whose unused bases are dropped.
    private static func transformTail(_ data: UnsafeMutableRawBufferPointer, _ step: (UInt64, Int) -> UInt64) {
        for word in 0..<2 {
            let range = min(word * 8, data.count)..<min(word * 8 + 8, data.count)
            var value: UInt64 = 0
            for (shift, position) in range.enumerated() { value |= UInt64(data[position]) << UInt64(shift * 8) }
            value = step(value, word)
            for (shift, position) in range.enumerated() { data[position] = UInt8(truncatingIfNeeded: value >> UInt64(shift * 8)) }
        }
    }
}

extension DNACipher {
    /// The keys of one block of 64 bases.
    private struct Block {
        let input: DNARule
        let output: DNARule
        let forward: DNAOperation.Masks
        let backward: DNAOperation.Masks
        let complementMask: UInt64
        let strand: (UInt64, UInt64)

        /// `offset + 16` must not exceed either buffer's length.
        @inline(__always)
        init(rules: UnsafeRawBufferPointer, strand: UnsafeRawBufferPointer, offset: Int) {
            complementMask = UInt64(littleEndian: rules.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let control = UInt16(littleEndian: rules.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt16.self))
            input = DNARule(UInt8(truncatingIfNeeded: control))
            output = DNARule(UInt8(truncatingIfNeeded: control &>> 3))
            let operation = DNAOperation(selector: UInt8(truncatingIfNeeded: control &>> 8))
            forward = operation.masks
            backward = operation.inverse.masks
            self.strand = (
                UInt64(littleEndian: strand.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
                UInt64(littleEndian: strand.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
            )
        }

        @inline(__always)
        func keyStrand(_ word: Int) -> UInt64 { word == 0 ? strand.0 : strand.1 }

        /// Both bits of every base to be complemented.
        @inline(__always)
        func complement(_ word: Int) -> UInt64 {
            let chosen = complementMask &>> UInt64(word) & PairWord.low
            return chosen | chosen &<< 1
        }

        @inline(__always)
        func encrypted(_ pairs: UInt64, word: Int) -> UInt64 {
            output.decode(PairWord.combined(input.encode(pairs), keyStrand(word), forward) ^ complement(word))
        }

        @inline(__always)
        func decrypted(_ pairs: UInt64, word: Int) -> UInt64 {
            input.decode(PairWord.combined(output.encode(pairs) ^ complement(word), keyStrand(word), backward))
        }
    }
}
