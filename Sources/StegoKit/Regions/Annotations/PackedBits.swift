/// Bits packed into bytes, the first one in the lowest bit of the first byte (PS3.5 §8.1.1, §8.1.2).
struct PackedBits {
    private var bytes: [UInt8]
    private(set) var count: Int

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        count = self.bytes.count * 8
    }

    init(flags: some Sequence<Bool>) {
        bytes = []
        count = 0
        for flag in flags {
            if count % 8 == 0 { bytes.append(0) }
            if flag { bytes[count / 8] |= 1 << UInt8(count % 8) }
            count += 1
        }
    }

    /// `false` beyond the last bit.
    subscript(index: Int) -> Bool {
        index >= 0 && index < count && bytes[index / 8] >> UInt8(index % 8) & 1 == 1
    }
}
