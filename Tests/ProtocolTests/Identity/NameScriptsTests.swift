import Testing

@testable import Protocol

@Suite struct NameScriptsTests {
    /// Scripts' codes, and their names in the pattern language of the standard library, whose own data this compares with.
    private static let scripts: [(code: Substring, name: String)] = [
        ("Latn", "Latin"), ("Cyrl", "Cyrillic"), ("Grek", "Greek"), ("Armn", "Armenian"), ("Hani", "Han"), ("Hira", "Hiragana"),
        ("Kana", "Katakana"), ("Hang", "Hangul"), ("Bopo", "Bopomofo"), ("Arab", "Arabic"), ("Hebr", "Hebrew"), ("Deva", "Devanagari"),
        ("Beng", "Bengali"), ("Taml", "Tamil"), ("Thai", "Thai"), ("Geor", "Georgian"), ("Ethi", "Ethiopic"), ("Cher", "Cherokee"),
        ("Cans", "Canadian_Aboriginal"),
    ]

    private static let known = String(
        String.UnicodeScalarView(
            (UInt32(0)...0x1_0FFFF).compactMap(Unicode.Scalar.init).filter {
                NameScripts.knows($0) && $0.properties.generalCategory != .privateUse
            }))

    /// Scalars of the table's version that have a script by the standard library's data.
    private func scalars(of script: String) throws -> Set<Unicode.Scalar> {
        let regex = try Regex<Substring>("\\p{sc=\(script)}+").matchingSemantics(.unicodeScalar)
        return Set(Self.known.matches(of: regex).flatMap(\.output.unicodeScalars))
    }

    /// The table has extensions, which later versions of Unicode add to; but whatever is of a script by itself is of it in the table, too.
    @Test func theTableIsUnicodes() throws {
        for (code, name) in Self.scripts {
            let found = try scalars(of: name)
            #expect(found.count > 70, "\(name)")
            #expect(found.allSatisfy { NameScripts.scripts(of: $0).contains(code) }, "\(name)")
        }
    }

    /// Letters that every text may hold are of no script by themselves.
    @Test func whatIsSharedIsNobodys() throws {
        let shared = try scalars(of: "Common").union(scalars(of: "Inherited"))
        let table = Set(Self.known.unicodeScalars.filter { !NameScripts.scripts(of: $0).isDisjoint(with: ["Zyyy", "Zinh"]) })
        #expect(table.count > 8_000)
        #expect(table.isSubset(of: shared))
    }

    @Test func everyScalarOfItsVersionIsInTheTable() {
        let missing = (UInt32(0)...0x1_0FFFF).compactMap(Unicode.Scalar.init).filter {
            NameScripts.knows($0) && NameScripts.scripts(of: $0).isEmpty
                && ![.unassigned, .privateUse, .surrogate].contains($0.properties.generalCategory)
        }
        #expect(missing.isEmpty, "\(missing.prefix(5))")
    }

    @Test func aMixtureIsNamed() {
        #expect(NameScripts.mixture(in: Array("p\u{430}y".unicodeScalars)) == ["Cyrl", "Latn"])
        #expect(NameScripts.mixture(in: Array("pay 3".unicodeScalars)) == nil)
    }
}
