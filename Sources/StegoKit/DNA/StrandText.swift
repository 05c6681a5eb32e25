/// Bytes as a strand for people to look at: four letters a byte, most significant pair first, rule 0 (A 00, C 01, G 10, T 11).
public func strandText(_ bytes: some Sequence<UInt8>) -> String {
    let letters: [UInt8] = Array("ACGT".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.underestimatedCount * 4)
    for byte in bytes {
        for shift: UInt8 in [6, 4, 2, 0] { text.append(letters[Int(byte >> shift & 3)]) }
    }
    return String(decoding: text, as: UTF8.self)
}
