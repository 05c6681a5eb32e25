/// Bytes behind their count, which is a base-128 number: seven bits a byte, least significant group first, 128 added to all but the last.
enum CountedBytes {
    static func joined(_ bytes: [UInt8]) -> [UInt8] {
        var count: [UInt8] = []
        var rest = bytes.count
        repeat {
            count.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return count + bytes
    }

    /// The counted bytes at the start, and what follows them.
    ///
    /// - Returns: nil if the bytes end too early.
    static func split(_ bytes: ArraySlice<UInt8>) -> (counted: [UInt8], rest: ArraySlice<UInt8>)? {
        var length = 0
        var position = bytes.startIndex
        for shift in stride(from: 0, through: 28, by: 7) {
            guard position < bytes.endIndex else { return nil }
            let byte = bytes[position]
            position += 1
            length |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 {
                guard length <= bytes.endIndex - position else { return nil }
                return (Array(bytes[position..<position + length]), bytes[(position + length)...])
            }
        }
        return nil
    }
}
