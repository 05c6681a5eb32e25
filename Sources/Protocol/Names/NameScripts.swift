import Foundation

/// The scripts that a name is written in, after UTS 39 (Unicode Security Mechanisms) §5.
enum NameScripts {
    /// A script's code of ISO 15924.
    typealias Script = Substring

    private struct Range {
        let first: UInt32
        let last: UInt32
        let scripts: Set<Script>
    }

    /// Letters that stand in texts of any script.
    private static let shared: Set<Script> = ["Zyyy", "Zinh"]
    /// Writing systems of several scripts, by the scripts that are written in them (UTS 39 §5.1).
    private static let systems: [Script: Set<Script>] = [
        "Hani": ["Hanb", "Jpan", "Kore"], "Hira": ["Jpan"], "Kana": ["Jpan"], "Hang": ["Kore"], "Bopo": ["Hanb"],
    ]
    /// Latin letters stand beside these, too.
    private static let besideLatin: Set<Script> = ["Hanb", "Jpan", "Kore"]

    /// Sorted.
    private static let table: [Range] = ScriptTable.text.split(separator: "\n").flatMap(ranges).sorted { $0.first < $1.first }

    private static func ranges(ofLine line: Substring) -> [Range] {
        let halves = line.split(separator: ":")
        guard let names = halves.first, let places = halves.last, halves.count == 2 else { return [] }
        let scripts = Set(names.split(separator: " "))
        return places.split(separator: " ").compactMap { place in
            let ends = place.split(separator: "-").compactMap { UInt32($0, radix: 16) }
            guard let first = ends.first, let last = ends.last else { return nil }
            return Range(first: first, last: last, scripts: scripts)
        }
    }

    /// Whether the table's version of Unicode has it.
    static func knows(_ scalar: Unicode.Scalar) -> Bool {
        guard let age = scalar.properties.age else { return false }
        return (age.major, age.minor) <= ScriptTable.unicodeVersion
    }

    /// Script extensions (UAX 24 §5.2); empty for a scalar that ``knows(_:)`` denies.
    static func scripts(of scalar: Unicode.Scalar) -> Set<Script> {
        var (low, high) = (0, table.count)
        while low < high {
            let middle = (low + high) / 2
            if table[middle].last < scalar.value { low = middle + 1 } else { high = middle }
        }
        return low < table.count && table[low].first <= scalar.value ? table[low].scripts : []
    }

    /// The scripts of a text that mixes what is not written together, sorted; `nil` when there is one writing system for all of it, or one
    /// for all but Latin letters.
    static func mixture(in scalars: [Unicode.Scalar]) -> [String]? {
        var (all, others): (Set<Script>?, Set<Script>?) = (nil, nil)
        var seen: Set<Script> = []
        for scalar in scalars {
            let scripts = scripts(of: scalar)
            guard scripts.isDisjoint(with: shared) else { continue }
            let augmented = scripts.union(scripts.flatMap { systems[$0] ?? [] })
            all = all?.intersection(augmented) ?? augmented
            if !scripts.contains("Latn") { others = others?.intersection(augmented) ?? augmented }
            if scripts.count == 1 { seen.formUnion(scripts) }
        }
        if all?.isEmpty != true || others?.isDisjoint(with: besideLatin) == false { return nil }
        return seen.map(String.init).sorted()
    }
}

extension PeerName {
    /// Spaces and other signs without ink that Unicode does not call ignorable: BRAILLE PATTERN BLANK, two EGYPTIAN HIEROGLYPH blanks,
    /// KHITAN SMALL SCRIPT FILLER, MUSICAL SYMBOL NULL NOTEHEAD.
    private static let blanks: Set<Unicode.Scalar> = ["\u{2800}", "\u{13441}", "\u{13442}", "\u{16FE4}", "\u{1D159}"]
    /// UTS 39 §5.4: more in a row are stacked until nobody can tell them.
    private static let mostMarks = 4

    /// Why nobody should be trusted under this name, for a person; `nil` for a name that people can tell from others.
    ///
    /// In normalization form C (UAX 15), letters of one script (UTS 39 §5.2, "highly restrictive"), nothing invisible, no space but U+0020, no
    /// mark without a letter to stand on.
    public var fault: String? {
        let scalars = Array(text.unicodeScalars)
        if scalars.allSatisfy(\.isASCII) { return nil }
        guard text.utf8.elementsEqual(text.precomposedStringWithCanonicalMapping.utf8) else {
            return "the name is not in Unicode's normalization form C"
        }
        for scalar in scalars where scalar != " " && (scalar.properties.generalCategory == .spaceSeparator || Self.isInvisible(scalar)) {
            return "the name holds something that nobody sees (\(Self.codePoint(scalar)))"
        }
        for scalar in scalars where !NameScripts.knows(scalar) {
            return "the name holds a character that this release does not know (\(Self.codePoint(scalar)))"
        }
        if let fault = Self.faultOfMarks(scalars) { return fault }
        guard let mixture = NameScripts.mixture(in: scalars) else { return nil }
        return "the name mixes letters of scripts that are not written together (\(mixture.joined(separator: ", ")))"
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isDefaultIgnorableCodePoint || blanks.contains(scalar)
    }

    private static func faultOfMarks(_ scalars: [Unicode.Scalar]) -> String? {
        var marksInARow = 0
        var before: Unicode.Scalar = " "
        for scalar in scalars {
            if scalar.properties.generalCategory.isMark {
                guard before != " " else { return "the name has a mark (\(codePoint(scalar))) without a letter under it" }
                marksInARow += 1
                guard marksInARow <= mostMarks else { return "the name has too many marks on one letter" }
            } else {
                marksInARow = 0
            }
            before = scalar
        }
        return nil
    }

    private static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension Unicode.GeneralCategory {
    fileprivate var isMark: Bool {
        switch self {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}
