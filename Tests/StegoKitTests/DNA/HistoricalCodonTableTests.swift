import Testing

/// The idea that this project started from, for the record only: a fixed table that writes each character as a codon of three bases and a
/// message as the codons in a row. It is a code, not a cipher: equal characters give equal codons, and there is no key. Nothing but this
/// test uses it; the table is the idea's shape (characters in order, codons in order), not a compatible format.
@Suite("Historical codon table")
struct HistoricalCodonTableTests {
    private static let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .")

    private static func codon(_ index: Int) -> String {
        let bases = Array("ACGT")
        return String([bases[index / 16], bases[index / 4 % 4], bases[index % 4]])
    }

    private static func encode(_ text: String) -> String? {
        let indices = text.map { characters.firstIndex(of: $0) }
        return indices.contains(nil) ? nil : indices.compactMap { $0 }.map(codon).joined()
    }

    private static func decode(_ strand: String) -> String? {
        let bases = Array(strand)
        guard bases.count % 3 == 0 else { return nil }
        let table = Dictionary(uniqueKeysWithValues: characters.indices.map { (codon($0), characters[$0]) })
        let text = stride(from: 0, to: bases.count, by: 3).map { table[String(bases[$0..<$0 + 3])] }
        return text.contains(nil) ? nil : String(text.compactMap { $0 })
    }

    @Test("64 characters have 64 codons, and a known message its strand")
    func vector() {
        #expect(Set(Self.characters).count == 64)
        #expect(Self.encode("Patient 42") == "ATTCGGGTCGAGCTGGCTGTCTTGTGATCG")
        #expect(Self.decode("ATTCGGGTCGAGCTGGCTGTCTTGTGATCG") == "Patient 42")
        #expect(Self.encode("é") == nil)
    }

    @Test("it hides no repetition: the reason why it is history")
    func repetitionShows() {
        #expect(Self.encode("AAAA") == "AAAAAAAAAAAA")
    }
}
