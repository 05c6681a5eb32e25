import Basics
import DICOM
import Marks

/// The attributes that marks bind, in two versions of an instance.
enum HeaderDifferences {
    /// The attributes that any new form of an image has to state anew, and those that only a form of other samples has.
    private static let ofDerivation: Set<String> = [
        "SOPInstanceUID", "SOPClassUID", "SeriesInstanceUID", "SeriesNumber", "InstanceNumber", "ContentDate", "ContentTime",
        "PhotometricInterpretation",
    ]
    private static let ofSamples: Set<String> = [
        "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelPaddingValue", "RescaleSlope", "RescaleIntercept",
        "RescaleType",
    ]
    private static let ofSize: Set<String> = ["Rows", "Columns"]
    private static let ofSpacing: Set<String> = ["PixelSpacing", "ImagerPixelSpacing"]
    /// The attributes by which a part of an image, or a turned one, has to state its place.
    private static let ofPlace: Set<String> = ["ImagePositionPatient", "ImageOrientationPatient", "PatientOrientation"]

    /// How the pixels were transformed, as far as headers have to follow.
    struct Transformation {
        /// Then samples are compared by what they mean, whatever form they have: a wrong rescale shows in the pixels.
        var isTransformed = false
        var placement = ContentPlacement.identity
    }

    /// Of two files. A blind of zeros: nothing is hidden here.
    static func between(
        _ now: HeaderValues, originals: [HeaderValues], and before: HeaderValues, _ transformation: Transformation
    ) -> [InstanceComparison.Attribute] {
        guard let blind = HeaderBlind(bytes: [UInt8](repeating: 0, count: HeaderBlind.byteCount)) else { return [] }
        let findings = HeaderCommitment(before, blind).findings(now, blind, originals: originals)
        return findings.map { finding in
            let isDerived = finding.attribute.map { Self.isDerived($0, now, before, transformation) } ?? false
            return InstanceComparison.Attribute(
                attribute: finding.attribute, group: finding.group, verdict: isDerived ? .derived : .finding(finding.verdict),
                before: finding.attribute.map(before.text), now: finding.attribute.map(now.text) ?? "")
        }
    }

    /// Of a file and what a mark has committed to.
    static func between(
        _ now: HeaderValues, originals: [HeaderValues], and commitment: HeaderCommitment, _ blind: HeaderBlind,
        _ transformation: Transformation
    ) -> [InstanceComparison.Attribute] {
        commitment.findings(now, blind, originals: originals).map { finding in
            let isDerived = finding.attribute.map { Self.isDerived($0, now, nil, transformation) } ?? false
            return InstanceComparison.Attribute(
                attribute: finding.attribute, group: finding.group, verdict: isDerived ? .derived : .finding(finding.verdict), before: nil,
                now: finding.attribute.map(now.text) ?? "")
        }
    }

    private static func isDerived(
        _ attribute: HeaderAttribute, _ now: HeaderValues, _ before: HeaderValues?, _ transformation: Transformation
    ) -> Bool {
        guard transformation.isTransformed else { return false }
        let (keyword, placement) = (attribute.keyword, transformation.placement)
        if ofDerivation.contains(keyword) || ofSamples.contains(keyword) { return true }
        if ofSize.contains(keyword) { return !placement.isIdentity }
        if ofPlace.contains(keyword) { return placement.orientation != .upright || placement.top != 0 || placement.left != 0 }
        guard ofSpacing.contains(keyword), placement.isResampled else { return false }
        guard let before else { return true }
        // Twice as many samples lie half as far apart.
        let (was, isNow) = (numbers(before.text(attribute)), numbers(now.text(attribute)))
        guard was.count == 2, isNow.count == 2 else { return false }
        let product = [isNow[0] * placement.rowScale / was[0], isNow[1] * placement.columnScale / was[1]]
        return product.allSatisfy { abs($0 - 1) < 0.01 }
    }

    private static func numbers(_ text: String) -> [Double] { text.split(separator: "\\").compactMap { Double($0) } }
}

/// The differences of two data sets beside the attributes that marks bind, element by element, into sequences.
struct ElementDifferences {
    /// More are not listed: two different documents differ everywhere.
    private static let most = 500
    /// Characters of a value that are shown.
    private static let longestValue = 200

    private static let bound = Set(HeaderAttribute.all.map { Tag(UInt16($0.tag >> 16), UInt16(truncatingIfNeeded: $0.tag)) })
    private static let originalAttributes = Tag(0x0400, 0x0561)
    /// The notes of codecs, exporters and archives on their own work: creation, derivation, sources, extremes, windows, lossy coding.
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
