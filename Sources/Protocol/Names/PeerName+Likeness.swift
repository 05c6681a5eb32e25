import Foundation

extension PeerName {
    /// Whether people may take one name for the other: they are the same but for letter case and Unicode's forms of one text, or but for
    /// letters that look the same.
    public func looksLike(_ other: PeerName) -> Bool {
        !likenesses.isDisjoint(with: other.likenesses)
    }

    /// Texts that a name shares with every name that looks like it.
    private var likenesses: Set<String> {
        // Also wide, raised and mathematical letters are those that they stand for (form KC).
        let plain = text.precomposedStringWithCompatibilityMapping
        let drawn = String(String.UnicodeScalarView(plain.unicodeScalars.map { Self.drawnAlike[$0] ?? $0 }))
        return [Self.caseless(plain), Self.caseless(drawn)]
    }

    /// By way of capitals, so that ß is ss.
    private static func caseless(_ text: String) -> String {
        text.uppercased().lowercased().precomposedStringWithCanonicalMapping
    }

    /// ASCII characters, and what most typefaces draw like them: Latin, Cyrillic, Greek and Armenian letters, a part of UTS 39's confusables.txt.
    private static let drawings = """
        O: 30 41E 39F 555, l: 31 49 7C 4CF 406 399 4C0, a: 251 430 3B1, b: 185 44C, c: 441 3F2, d: 501, e: 435 4BD, g: 261 581,
        h: 4BB 570, i: 131 456 3B9 269, j: 458 3F3, n: 578 57C, o: 43E 3BF 585, p: 440 3C1, q: 51B 566, r: 433, s: 455,
        u: 3C5 57D, v: 3BD 475, w: 51D, x: 445, y: 443 3B3, A: 410 391, B: 412 392, C: 421 3F9, E: 415 395, G: 50C, H: 41D 397,
        J: 408 37F, K: 41A 39A, M: 41C 39C, N: 39D, P: 420 3A1, S: 405 54F, T: 422 3A4, U: 54D, W: 51C, X: 425 3A7,
        Y: 423 3A5 4AE, Z: 396
        """

    private static let drawnAlike: [Unicode.Scalar: Unicode.Scalar] = {
        var alike: [Unicode.Scalar: Unicode.Scalar] = [:]
        for drawing in drawings.split(whereSeparator: { $0 == "," || $0.isNewline }) {
            let words = drawing.split { $0 == " " || $0 == ":" }
            guard let letter = words.first?.unicodeScalars.first else { continue }
            for scalar in words.dropFirst().compactMap({ UInt32($0, radix: 16).flatMap(Unicode.Scalar.init) }) { alike[scalar] = letter }
        }
        return alike
    }()
}
