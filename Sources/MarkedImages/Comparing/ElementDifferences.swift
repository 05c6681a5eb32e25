import Basics
import DICOM
import Marks

/// What differs between two data sets beside the attributes that marks bind, element by element, into sequences.
struct ElementDifferences {
    /// More are not listed: two different documents differ everywhere.
    private static let most = 500
    /// Characters of a value that are shown.
    private static let longestValue = 200

    private static let bound = Set(HeaderAttribute.all.map { Tag(UInt16($0.tag >> 16), UInt16(truncatingIfNeeded: $0.tag)) })
    private static let originalAttributes = Tag(0x0400, 0x0561)
    /// What codecs, exporters and archives note of their own work: creation, derivation, sources, extremes, windows, lossy coding.
    private static let notes: Set<Tag> = [
        Tag(0x0008, 0x0005), Tag(0x0008, 0x0008), Tag(0x0008, 0x0012), Tag(0x0008, 0x0013), Tag(0x0008, 0x0064), Tag(0x0008, 0x2111),
        Tag(0x0008, 0x2112), Tag(0x0008, 0x9215), Tag(0x0028, 0x0006), Tag(0x0028, 0x0106), Tag(0x0028, 0x0107), Tag(0x0028, 0x1050),
        Tag(0x0028, 0x1051), Tag(0x0028, 0x1055), Tag(0x0028, 0x1056), Tag(0x0028, 0x2110), Tag(0x0028, 0x2112), Tag(0x0028, 0x2114),
        Tag(0x0400, 0x0561),
    ]

    private static let numeric: Set<ValueRepresentation> = [.DS, .IS, .US, .SS, .UL, .SL, .SV, .UV, .FL, .FD]

    private(set) var found: [InstanceComparison.Element] = []

    init(_ now: DataSet, with before: DataSet) {
        compare(now, before, path: "", isTop: true)
    }

    private mutating func compare(_ now: DataSet, _ before: DataSet, path: String, isTop: Bool) {
        let tags = Set(now.map(\.tag)).union(before.map(\.tag)).sorted()
        for tag in tags where !tag.isGroupLength && tag != .pixelData {
            guard found.count < Self.most else { return }
            if isTop, Self.bound.contains(tag) || tag.group == VeilrayPrivate.group { continue }
            compare(tag, now[tag], before[tag], path: path + tag.description, isNeutral: tag.isPrivate || isTop && Self.notes.contains(tag))
        }
    }

    private mutating func compare(_ tag: Tag, _ now: DataElement?, _ before: DataElement?, path: String, isNeutral: Bool) {
        let (nowItems, beforeItems) = (now?.items ?? [], before?.items ?? [])
        guard nowItems.isEmpty || beforeItems.isEmpty else {
            for index in 0..<max(nowItems.count, beforeItems.count) {
                let place = "\(path)[\(index + 1)]"
                guard nowItems.indices.contains(index), beforeItems.indices.contains(index) else {
                    note(place, isAdded: nowItems.indices.contains(index), "", "", isNeutral)
                    continue
                }
                if isNeutral, nowItems[index] != beforeItems[index] {
                    found.append(.init(path: place, change: .changed, before: "", now: "", isNeutral: true))
                } else if !isNeutral {
                    compare(nowItems[index], beforeItems[index], path: place, isTop: false)
                }
            }
            return
        }
        let (nowText, beforeText) = (Self.text(now), Self.text(before))
        guard nowText != beforeText || nowItems.count != beforeItems.count else { return }
        guard now?.isEmpty == false, before?.isEmpty == false else {
            return note(path, isAdded: now?.isEmpty == false, beforeText, nowText, isNeutral)
        }
        found.append(.init(path: path, change: .changed, before: Self.short(beforeText), now: Self.short(nowText), isNeutral: isNeutral))
    }

    private mutating func note(_ path: String, isAdded: Bool, _ before: String, _ now: String, _ isNeutral: Bool) {
        found.append(
            .init(path: path, change: isAdded ? .added : .removed, before: Self.short(before), now: Self.short(now), isNeutral: isNeutral))
    }

    /// One spelling whatever the file's encoding: numbers as numbers, text without its padding, other bytes in hexadecimal.
    private static func text(_ element: DataElement?) -> String {
        guard let element, !element.isEmpty else { return "" }
        if Self.numeric.contains(element.vr) {
            if let integers = element.integers { return integers.map(String.init).joined(separator: "\\") }
            if let decimals = element.decimals { return decimals.map { "\($0)" }.joined(separator: "\\") }
        }
        var bytes = element.bytes
        while let last = bytes.last, last == 0 || last == 0x20 { bytes.removeLast() }
        if bytes.allSatisfy({ $0 >= 0x20 || [9, 10, 12, 13, 0x1B].contains($0) }) { return String(decoding: bytes, as: UTF8.self) }
        return "\(bytes.count) bytes, SHA-256 \(ContentDigest(of: Array(bytes)))"
    }

    private static func short(_ text: String) -> String {
        text.count > longestValue ? text.prefix(longestValue) + "…" : text
    }
}
