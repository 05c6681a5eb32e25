import Glibc

/// What the C library does in a fraction of the time that loops over an array take.
extension [UInt8] {
    /// Whether both have the same bytes. Not for secrets: the time tells where they differ.
    public func isSame(as other: [UInt8]) -> Bool {
        count == other.count && withUnsafeBytes { own in other.withUnsafeBytes { isSameMemory(own, $0) } }
    }

    /// Whether `part` stands somewhere in the bytes; so do no bytes at all. Fast where its first byte is rare.
    public func contains(bytes part: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        return withUnsafeBytes { own in
            part.withUnsafeBytes { part in
                var rest = own[...]
                while rest.count >= part.count {
                    let area = UnsafeRawBufferPointer(rebasing: rest.dropLast(part.count - 1))
                    guard let base = area.baseAddress, let found = memchr(base, Int32(first), area.count) else { return false }
                    let place = rest.startIndex + (UnsafeRawPointer(found) - base)
                    if isSameMemory(UnsafeRawBufferPointer(rebasing: own[place..<place + part.count]), part) { return true }
                    rest = own[(place + 1)...]
                }
                return false
            }
        }
    }
}

/// Whether two buffers of one length hold the same bytes.
private func isSameMemory(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
    guard let first = one.baseAddress, let second = other.baseAddress else { return true }
    return memcmp(first, second, one.count) == 0
}
