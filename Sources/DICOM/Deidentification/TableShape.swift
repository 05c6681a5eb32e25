/// The shape of a lookup table: how many entries of how many bits. It also tells whether data is such a table and nothing more.
struct TableShape {
    private let count: Int
    private let bits: Int

    /// From a descriptor (PS3.3 §C.7.6.3.1.5): entries, of which zero means 65536; first input; bits.
    init?(_ descriptor: DataElement?) {
        guard let descriptor, let numbers = DataElement(descriptor.tag, .US, value: descriptor.value).integers, numbers.count == 3 else {
            return nil
        }
        count = numbers[0] == 0 ? 65536 : numbers[0]
        bits = numbers[2]
    }

    /// The entries; nil for data of another length. A byte that only makes the length even, and what stands above entries of eight bits in
    /// words of sixteen, become zero, unless it repeats the entry, as some writers have it.
    func entries(of data: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes = Array(data)
        switch bytes.count {
        case count * 2:
            guard bits == 8 else { return bytes }
            for index in stride(from: 0, to: bytes.count, by: 2) where bytes[index + 1] != bytes[index] { bytes[index + 1] = 0 }
            return bytes
        case count: return bytes
        case count + count % 2:
            bytes[count] = 0
            return bytes
        default: return nil
        }
    }

    /// Whether segments (PS3.3 §C.7.9.2) make the table with nothing left over but a zero byte of padding.
    func isMade(bySegments data: ArraySlice<UInt8>) -> Bool {
        guard bits == 8 || bits == 16 else { return false }
        let width = bits / 8
        let units = stride(from: data.startIndex, through: data.endIndex - width, by: width).map { start in
            (0..<width).reduce(0) { $0 | Int(data[start + $1]) << (8 * $1) }
        }
        /// Where each segment begins, and the entries it makes.
        var segments: [(start: Int, entries: Int)] = []
        var (position, made) = (0, 0)
        while made < count, position + 2 < units.count {
            let (operation, length) = (units[position], units[position + 1])
            let start = position
            var entries = length
            switch operation {
            case 0: position += 2 + length
            case 1: position += 3
            case 2:
                // Segments from a byte offset on, once more; the offset takes 32 bits.
                let offsetUnits = 4 / width
                guard position + 2 + offsetUnits <= units.count else { return false }
                let offset = (0..<offsetUnits).reduce(0) { $0 | units[position + 2 + $1] << (8 * width * $1) }
                guard let first = segments.firstIndex(where: { $0.start * width == offset }), first + length <= segments.count else {
                    return false
                }
                entries = segments[first..<first + length].reduce(0) { $0 + $1.entries }
                position += 2 + offsetUnits
            default: return false
            }
            guard entries > 0, position <= units.count else { return false }
            if operation != 2 { segments.append((start, entries)) }
            made += entries
        }
        let rest = data.dropFirst(position * width)
        return made == count && (rest.isEmpty || rest.count == 1 && rest.first == 0)
    }
}
