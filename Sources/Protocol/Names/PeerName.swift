import Basics
import Foundation

/// The name by which people call a peer: "Rural Clinic", "dr-lee.example.org".
///
/// 1 to 64 UTF-8 bytes (the upper bound of an X.509 common name, RFC 5280 appendix A), no control or formatting characters,
/// no space at either end. New names also obey ``fault``'s rules and are in Unicode's normalization form C.
public struct PeerName: Sendable, CustomStringConvertible {
    public static let maximumByteCount = 64

    public let text: String

    /// A name that somebody on this side gives.
    ///
    /// - Throws: ``ProtocolError/Code/invalidName``
    public init(_ text: String) throws(ProtocolError) {
        try self.init(found: text.precomposedStringWithCanonicalMapping)
        if let fault { throw ProtocolError(.invalidName, fault) }
    }

    /// A name as a card, a certificate or a file has it. Nobody is trusted under it before ``fault`` was looked at.
    ///
    /// - Throws: ``ProtocolError/Code/invalidName``
    public init(found text: String) throws(ProtocolError) {
        guard !text.isEmpty, text.utf8.count <= Self.maximumByteCount else {
            throw ProtocolError(.invalidName, "a name has 1 to \(Self.maximumByteCount) bytes")
        }
        guard text.unicodeScalars.allSatisfy(PlainText.isHarmless) else {
            throw ProtocolError(.invalidName, "a name holds letters, digits, spaces and punctuation, nothing invisible")
        }
        guard text.first?.isWhitespace == false, text.last?.isWhitespace == false else {
            throw ProtocolError(.invalidName, "a name neither begins nor ends with a space")
        }
        self.text = text
    }

    public var description: String { text }

    /// For a shell's command line.
    public var word: String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// A file name for every name, and a different one for different names: bytes other than ASCII letters, digits,
    /// `-` and `_` become `%XX`, also the dots, so that no name is hidden or climbs out of its directory.
    var fileName: String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default:
                "%" + hexadecimal([byte])
            }
        }.joined()
    }

    /// Whether the name can stand in a certificate as a DNS name (RFC 1123 §2.1).
    var isHostName: Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
    }
}

extension PeerName {
    /// Reverses ``fileName``.
    init?(fileName: String) {
        var bytes: [UInt8] = []
        var rest = Array(fileName.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else { return nil }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        guard let text = String(validating: bytes, as: UTF8.self), let name = try? PeerName(found: text), name.fileName == fileName else {
            return nil
        }
        self = name
    }
}

/// Two names are the same when their bytes are: two forms of one text are two files of the trust store, and both must be seen.
extension PeerName: Hashable, Comparable {
    public static func == (left: PeerName, right: PeerName) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    public func hash(into hasher: inout Hasher) { hasher.combine(Array(text.utf8)) }
    public static func < (left: PeerName, right: PeerName) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
}

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
