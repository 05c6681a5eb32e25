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
        transform(&bytes, isForward: true)
    }

    /// Undoes ``encrypt(_:)`` in place.
    public func decrypt(_ bytes: inout [UInt8]) {
        transform(&bytes, isForward: false)
    }

    private func transform(_ bytes: inout [UInt8], isForward: Bool) {
        let blockByteCount = DNAKeyStreams.blockByteCount
        precondition(bytes.count <= streams.rules.count, "key streams are made for the data's length")
        let tail = bytes.count / blockByteCount * blockByteCount
        // Every access below is inside its buffer: the data is read and written by whole blocks before `tail`, and the streams hold the
        // data's length, rounded up to whole blocks.
        bytes.withUnsafeMutableBytes { data in
            streams.rules.withUnsafeBytes { rules in
                streams.strand.withUnsafeBytes { strand in
                    Masks.withTables { masks in
                        var offset = 0
                        while offset < tail {
                            let block = Block(rules: rules, strand: strand, offset: offset, masks)
                            let pairs = PairWords(UnsafeRawBufferPointer(data), offset)
                            let result = isForward ? block.encrypted(pairs) : block.decrypted(pairs)
                            data.storeBytes(of: result, toByteOffset: offset, as: PairWords.self)
                            offset &+= blockByteCount
                        }
                        guard tail < data.count else { return }
                        let block = Block(rules: rules, strand: strand, offset: tail, masks)
                        Self.transformTail(UnsafeMutableRawBufferPointer(rebasing: data[tail...])) {
                            isForward ? block.encrypted($0) : block.decrypted($0)
                        }
                    }
                }
            }
        }
    }

    /// No pair depends on another, so a short last block is a whole one whose unused bases are dropped.
    private static func transformTail(_ data: UnsafeMutableRawBufferPointer, _ step: (PairWords) -> PairWords) {
        var pairs = PairWords.zero
        for (position, byte) in data.enumerated() { pairs[position / 8] |= UInt64(byte) << UInt64(position % 8 * 8) }
        pairs = step(pairs)
        for position in data.indices {
            data[position] = UInt8(truncatingIfNeeded: pairs[position / 8] >> UInt64(position % 8 * 8))
        }
    }
}

extension DNACipher {
    /// The masks of all rules and operations: looking them up is faster than making them for each block.
    private struct Masks {
        let rules: UnsafeBufferPointer<DNARule>
        let operations: UnsafeBufferPointer<DNAOperation>

        static func withTables(_ body: (Masks) -> Void) {
            DNARule.all.withUnsafeBufferPointer { rules in
                DNAOperation.all.withUnsafeBufferPointer { operations in body(Masks(rules: rules, operations: operations)) }
            }
        }
    }

    /// The keys of one block of 64 bases.
    private struct Block {
        let input: DNARule
        let output: DNARule
        let operation: DNAOperation
        /// Both bits of every base to be complemented.
        let complement: PairWords
        let strand: PairWords

        /// `offset + 16` must not exceed either buffer's length.
        @inline(__always)
        init(rules: UnsafeRawBufferPointer, strand: UnsafeRawBufferPointer, offset: Int, _ masks: Masks) {
            let mask = UInt64(littleEndian: rules.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let chosen = PairWords(mask, mask &>> 1) & PairWords(repeating: PairWords.lowBits)
            complement = chosen | chosen &<< 1
            let control = Int(UInt16(littleEndian: rules.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt16.self)))
            input = masks.rules[control & 7]
            output = masks.rules[control &>> 3 & 7]
            operation = masks.operations[DNAOperation.number(selector: control &>> 8)]
            self.strand = PairWords(strand, offset)
        }

        @inline(__always)
        func encrypted(_ pairs: PairWords) -> PairWords {
            output.decode(input.encode(pairs).combined(with: strand, operation) ^ complement)
        }

        @inline(__always)
        func decrypted(_ pairs: PairWords) -> PairWords {
            input.decode((output.encode(pairs) ^ complement).combined(with: strand, operation.inverse))
        }
    }
}

extension PairWords {
    /// Two words as the host has them, little endian on every processor that this package is built for. `offset + 16` must not exceed the
    /// buffer's length.
    @inline(__always)
    fileprivate init(_ bytes: UnsafeRawBufferPointer, _ offset: Int) {
        self = bytes.loadUnaligned(fromByteOffset: offset, as: PairWords.self)
    }
}
