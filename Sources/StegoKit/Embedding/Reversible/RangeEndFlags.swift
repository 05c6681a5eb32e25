/// The flags that tell apart, at a range end, samples that stood there from samples that were moved there.
///
/// Proof that flags are needed nowhere else, for the upward direction; the downward one is its mirror image. Let `M` be the last level
/// of a run of allowed levels, `b` the upper bin, `e = x − p` the error of cover sample `x` and `e′ = y − p` that of stego sample `y`.
/// The rules: x = M with e ≥ b stays. x = M − 1 with e = b stays and carries nothing. Else e = b carries: y = x + bit;
/// e > b moves: y = x + 1. Moves keep the side: e ≥ b ⇔ e′ ≥ b. So, for e′ ≥ b:
/// - y < M − 1, or y = M − 1 and e′ ≠ b: x = y if e′ = b (bit 0), x = y − 1 with bit 1 if e′ = b + 1, x = y − 1 if e′ ≥ b + 2.
///   (x = y = M − 1 would have stayed only with e = b; x = y < M − 1 with e > b would have moved.)
/// - y = M − 1 and e′ = b: x = y, no bit, for x = M − 2 would have e = b − 1 and not move.
/// - y = M and e′ ∈ {b, b + 1}: x = M, for x = M − 1 would have e ∈ {b − 1, b} and not move.
/// - y = M and e′ ≥ b + 2: x = M that stayed or x = M − 1 that moved. **Only here a flag is needed**, and no bit is carried here; so
///   all bits, the flags among them, can be read before any flag is known.
enum RangeEndFlags {
    /// Flags of all such samples in visiting order, true: it stayed.
    ///
    /// Run lengths (alternating, beginning with "moved") plus one in Elias gamma code, or the plain bits if shorter; the first bit
    /// tells (1: run lengths). Before it the byte count as a base-128 number, least significant group first. No flags: one zero byte.
    static func encode(_ flags: [Bool]) -> [UInt8] {
        guard !flags.isEmpty else { return CountedBytes.joined([]) }
        var runs = BitWriter()
        runs.append(true)
        var value = false
        var length: UInt64 = 0
        for flag in flags {
            if flag == value {
                length += 1
            } else {
                runs.appendGamma(length + 1)
                (value, length) = (flag, 1)
            }
        }
        runs.appendGamma(length + 1)
        var body = runs.bytes
        if runs.bitCount > flags.count + 1 {
            var plain = BitWriter()
            plain.append(false)
            for flag in flags { plain.append(flag) }
            body = plain.bytes
        }
        return CountedBytes.joined(body)
    }

    /// Splits a pass's bytes into the coded flags and the rest.
    ///
    /// - Returns: nil if the bytes end too early.
    static func split(_ bytes: ArraySlice<UInt8>) -> (flags: [UInt8], rest: ArraySlice<UInt8>)? {
        CountedBytes.split(bytes).map { (flags: $0.counted, rest: $0.rest) }
    }

    /// The first `count` flags; the coder may have written more.
    ///
    /// - Returns: nil if there are fewer.
    static func decode(_ bytes: [UInt8], count: Int) -> [Bool]? {
        guard count > 0 else { return [] }
        var reader = BitReader(bytes)
        guard let isRuns = reader.bit() else { return nil }
        var flags: [Bool] = []
        var value = false
        while flags.count < count {
            if isRuns {
                guard let length = reader.gamma() else { return nil }
                flags += repeatElement(value, count: Int(min(length - 1, UInt64(count - flags.count))))
                value.toggle()
            } else {
                guard let flag = reader.bit() else { return nil }
                flags.append(flag)
            }
        }
        return flags
    }
}
