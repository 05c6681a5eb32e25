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
                    var offset = 0
                    while offset < tail {
                        let block = Block(rules: rules, strand: strand, offset: offset)
                        let pairs = PairWords(littleEndian: UnsafeRawBufferPointer(data), offset)
                        let result = isForward ? block.encrypted(pairs) : block.decrypted(pairs)
                        data.storeBytes(of: result[0].littleEndian, toByteOffset: offset, as: UInt64.self)
                        data.storeBytes(of: result[1].littleEndian, toByteOffset: offset &+ 8, as: UInt64.self)
                        offset &+= blockByteCount
                    }
                    guard tail < data.count else { return }
                    let block = Block(rules: rules, strand: strand, offset: tail)
                    Self.transformTail(UnsafeMutableRawBufferPointer(rebasing: data[tail...])) {
                        isForward ? block.encrypted($0) : block.decrypted($0)
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
        init(rules: UnsafeRawBufferPointer, strand: UnsafeRawBufferPointer, offset: Int) {
            let mask = UInt64(littleEndian: rules.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let chosen = PairWords(mask, mask &>> 1) & PairWords(repeating: PairWords.lowBits)
            complement = chosen | chosen &<< 1
            let control = UInt16(littleEndian: rules.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt16.self))
            input = DNARule(UInt8(truncatingIfNeeded: control))
            output = DNARule(UInt8(truncatingIfNeeded: control &>> 3))
            operation = DNAOperation(selector: UInt8(truncatingIfNeeded: control &>> 8))
            self.strand = PairWords(littleEndian: strand, offset)
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
    /// `offset + 16` must not exceed the buffer's length.
    @inline(__always)
    fileprivate init(littleEndian bytes: UnsafeRawBufferPointer, _ offset: Int) {
        self.init(
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)))
    }
}
