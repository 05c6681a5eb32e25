import Foundation

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
