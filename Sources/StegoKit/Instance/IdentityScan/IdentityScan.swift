import DICOM
import Glibc

/// Looks for what identifies a patient in bytes that are to travel in the open: the second net, behind taking out whatever decoding
/// does not need.
///
/// Every text, name, number, date and UID of the original counts, at any depth of its sequences: what PS3.15 Table E.1-1 lists is text of
/// these kinds, and so is what it does not list yet.
struct IdentityScan {
    /// One in a million is the chance that noise is taken for a text.
    private static let bitsOfCertainty = 20.0

    private let texts: Set<[UInt8]>

    init(of file: DICOMFile) { self.init(of: [file.metaInformation, file.dataSet]) }

    init(of dataSets: [DataSet]) {
        var identifying = IdentifyingTexts()
        for dataSet in dataSets { identifying.collect(dataSet, CharacterRepertoire(of: dataSet)) }
        texts = identifying.texts
    }

    /// Whether one of the texts occurs in the bytes, its ASCII letters in either case. One pass.
    ///
    /// Texts that are so short that they occur in as many random bytes by chance are not looked for.
    ///
    /// - Parameter total: how many bytes are searched in all, where these are a part of them.
    func finds(in bytes: [ArraySlice<UInt8>], of total: Int? = nil) -> Bool {
        let count = total ?? bytes.reduce(0) { $0 + $1.count }
        guard count > 0, !texts.isEmpty else { return false }
        let needed = log2(Double(count)) + log2(Double(texts.count)) + Self.bitsOfCertainty
        let search = TextSearch(texts.lazy.filter { TextSearch.bits(of: $0) >= needed })
        return bytes.contains { search.finds(in: $0) }
    }
}

/// Searches bytes for many texts at once, without regard to the case of ASCII letters.
struct TextSearch {
    /// Texts begin with a window of this many bytes, which decides whether to look closer.
    private static let windowSize = 4

    /// A bit for each place of a window: 8 KiB, which stay in a processor's first cache.
    private var candidates = [UInt64](repeating: 0, count: 1 << 10)
    private var texts: [UInt32: [[UInt8]]] = [:]

    /// - Parameter texts: folded; those shorter than four bytes are left out.
    init(_ texts: some Sequence<[UInt8]>) {
        for text in texts where text.count >= Self.windowSize {
            let window = text.prefix(Self.windowSize).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            self.texts[window, default: []].append(text)
            let place = Self.place(of: window)
            candidates[place >> 6] |= 1 << UInt64(place & 63)
        }
    }

    /// How surprising a text is in random bytes, in bits: eight a byte, seven for a letter, which two bytes match.
    static func bits(of text: [UInt8]) -> Double {
        // Repetitions stand in flat parts of images and tables.
        guard hasThreeValues(text) else { return 0 }
        return Double(text.reduce(0) { $0 + (isLetter($1) ? 7 : 8) })
    }

    /// Whether there are three different bytes in it besides 0.
    private static func hasThreeValues(_ text: [UInt8]) -> Bool {
        var (first, second) = (UInt8(0), UInt8(0))
        for byte in text where byte != 0 && byte != first && byte != second {
            if first == 0 { first = byte } else if second == 0 { second = byte } else { return true }
        }
        return false
    }

    func finds(in bytes: ArraySlice<UInt8>) -> Bool {
        guard !texts.isEmpty else { return false }
        return candidates.withUnsafeBufferPointer { candidates in
            bytes.withUnsafeBufferPointer { bytes in
                var window: UInt32 = 0
                for index in bytes.indices {
                    window = window << 8 | UInt32(Self.folded(bytes[index]))
                    let place = Self.place(of: window)
                    guard candidates[place >> 6] >> UInt64(place & 63) & 1 != 0, index + 1 >= Self.windowSize else { continue }
                    let rest = bytes[(index + 1 - Self.windowSize)...]
                    for text in texts[window] ?? [] where text.count <= rest.count {
                        if zip(rest, text).allSatisfy({ Self.folded($0) == $1 }) { return true }
                    }
                }
                return false
            }
        }
    }

    private static func place(of window: UInt32) -> Int { Int((window &* 0x9E37_79B1) >> 16) }

    private static func isLetter(_ byte: UInt8) -> Bool { byte & 0xDF &- 0x41 < 26 }

    /// ASCII letters in lower case; other bytes as they are.
    static func folded(_ byte: UInt8) -> UInt8 { isLetter(byte) ? byte | 0x20 : byte }
}
