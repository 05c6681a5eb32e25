import DICOM

/// The texts by which an object could be recognised, in the forms in which software writes them elsewhere, their ASCII letters in lower case.
struct IdentifyingTexts {
    private(set) var texts: Set<[UInt8]> = []

    /// Longer ones are found by their beginning.
    private static let longestText = 64

    /// Collects the elements of a data set and of all items in it.
    mutating func collect(_ dataSet: DataSet, _ repertoire: CharacterRepertoire) {
        for element in dataSet {
            for item in element.items {
                collect(item, item[.specificCharacterSet] == nil ? repertoire : CharacterRepertoire(of: item))
            }
            guard !element.bytes.isEmpty else { continue }
            switch element.vr {
            case .PN: values(of: element).forEach { addName($0, repertoire) }
            case .DA, .DT: values(of: element).forEach { addDate($0) }
            case .TM: values(of: element).forEach { addTime($0) }
            case .AE, .AS, .LO, .SH, .UC, .UI, .UR: values(of: element).forEach { add($0, repertoire) }
            case .LT, .ST, .UT: add(element.bytes, repertoire)
            // What nobody knows, most of it private, is text if it looks like text.
            case .UN where element.bytes.allSatisfy({ $0 >= 0x20 || $0 == 0 }): values(of: element).forEach { add($0, repertoire) }
            default: break
            }
        }
    }

    private func values(of element: DataElement) -> [ArraySlice<UInt8>] { element.bytes.split(separator: UInt8(ascii: "\\")) }

    // MARK: Kinds of values

    /// Whole and word by word, as it stands in the file and in other encodings.
    private mutating func add(_ value: ArraySlice<UInt8>, _ repertoire: CharacterRepertoire) {
        let value = Self.trimmed(value)
        // The standard's own UIDs say what an object is, not whose.
        guard !value.isEmpty, !value.starts(with: "1.2.840.10008.".utf8) else { return }
        if CharacterRepertoire.isPlain(value) {
            addPlain(value)
            value.split(whereSeparator: { $0 <= 0x20 }).forEach { addPlain($0) }
            return
        }
        addBytes(value)
        value.split(whereSeparator: { $0 <= 0x20 }).forEach { addBytes($0) }
        guard let text = repertoire.text(of: value) else { return }
        addText(text)
        text.split(whereSeparator: \.isWhitespace).forEach { addText(String($0)) }
    }

    /// Alphabetic, ideographic and phonetic (PS3.5 §6.2): each part, and the parts together in the orders in which they are written.
    private mutating func addName(_ value: ArraySlice<UInt8>, _ repertoire: CharacterRepertoire) {
        for group in value.split(separator: UInt8(ascii: "=")) {
            let group = Self.trimmed(group)
            addBytes(group)
            group.split(separator: UInt8(ascii: "^")).forEach { addBytes(Self.trimmed($0)) }
            guard let name = repertoire.text(of: group) else { continue }
            addText(name)
            let parts = name.split(separator: "^").map { $0.filter { $0 != "\0" } }.filter { !$0.isEmpty }
            parts.forEach { addText($0) }
            for ordered in [Array(parts.prefix(2)), parts.prefix(2).reversed(), parts] where ordered.count > 1 {
                for separator in [" ", ", ", ",", "_", "-", "."] { addText(ordered.joined(separator: separator)) }
            }
        }
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// As the standard, Exif, and people of several countries write it.
    private mutating func addDate(_ value: ArraySlice<UInt8>) {
        addBytes(Self.trimmed(value))
        let digits = String(decoding: value, as: UTF8.self).filter(\.isASCII).filter(\.isNumber)
        guard digits.count >= 8 else { return }
        let (year, month, day) = (digits.prefix(4), digits.dropFirst(4).prefix(2), digits.dropFirst(6).prefix(2))
        addText(String(digits.prefix(8)))
        for separator in ["-", ":", "/", ".", " "] {
            for order in [[year, month, day], [day, month, year], [month, day, year]] { addText(order.joined(separator: separator)) }
        }
        guard let number = Int(month), Self.months.indices.contains(number - 1) else { return }
        let name = Self.months[number - 1][...]
        for separator in ["-", " ", ""] { addText([day, name, year].joined(separator: separator)) }
        addText("\(name) \(day), \(year)")
        addText("\(name) \(day) \(year)")
    }

    private mutating func addTime(_ value: ArraySlice<UInt8>) {
        addBytes(Self.trimmed(value))
        let digits = String(decoding: value, as: UTF8.self).filter(\.isASCII).filter(\.isNumber)
        guard digits.count >= 6 else { return }
        addText(String(digits.prefix(6)))
        addText([digits.prefix(2), digits.dropFirst(2).prefix(2), digits.dropFirst(4).prefix(2)].joined(separator: ":"))
    }

    // MARK: Forms of a text

    /// ASCII: the same in UTF-8 and in every repertoire.
    private mutating func addPlain(_ text: ArraySlice<UInt8>) {
        addBytes(text)
        let beginning = text.prefix(Self.longestText / 2)
        var wide = [UInt8](repeating: 0, count: 2 * beginning.count)
        for (index, byte) in beginning.enumerated() { wide[2 * index] = byte }
        addBytes(wide)
        for (index, byte) in beginning.enumerated() { (wide[2 * index], wide[2 * index + 1]) = (0, byte) }
        addBytes(wide)
    }

    private mutating func addText(_ text: String) {
        let bytes = Array(text.utf8)
        if CharacterRepertoire.isPlain(bytes[...]) { return addPlain(bytes[...]) }
        for text in Set([text, text.lowercased(), text.uppercased()]) {
            addBytes(text.utf8)
            let units = Array(text.utf16)
            addBytes(units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
            addBytes(units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
            if units.allSatisfy({ $0 < 256 }) { addBytes(units.map { UInt8($0) }) }
        }
    }

    private mutating func addBytes(_ bytes: some Sequence<UInt8>) {
        texts.insert(bytes.prefix(Self.longestText).map(TextSearch.folded))
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop { $0 <= 0x20 }
        while let last = bytes.last, last <= 0x20 { bytes = bytes.dropLast() }
        return bytes
    }
}
