/// A list of flags as bytes.
///
/// The number of bytes that follow, in base 128 with the least significant group first. Then, if the first bit is 1, the lengths of runs
/// of equal flags, beginning with `false`, each plus one in Elias gamma code; if it is 0, the flags themselves. The shorter of the two is
/// written. No flags: one zero byte.
enum CodedFlags {
    static func encode(_ flags: [Bool]) -> [UInt8] {
        guard !flags.isEmpty else { return ByteWriter.counted([]) }
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
        return ByteWriter.counted(body)
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
