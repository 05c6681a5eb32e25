import DICOM
import Marks

/// The attributes that marks bind, in two versions of an instance.
enum HeaderDifferences {
    /// What any new form of an image has to say anew, and what only a form of other samples has.
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
    /// What a part of an image, or a turned one, has to say of its place.
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
        if ofPlace.contains(keyword) { return placement.orientation != .asIs || placement.top != 0 || placement.left != 0 }
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
