import Crypto
import Foundation

/// 16 secret bytes without which nobody can try values against a commitment: a mark would otherwise tell the birth date of a patient whose
/// name was taken out of the header.
public struct HeaderBlind: Hashable, Sendable {
    /// Bytes of a blind.
    public static let byteCount = 16

    public let bytes: [UInt8]

    /// `nil` unless there are 16 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// The blind that an issuer derives for an instance again and again.
    public init(issuer: MarkIssuer, instance: String) throws {
        let secret = issuer.secret(Array("veilray.header.blind".utf8) + [0] + Array(instance.utf8))
        guard let blind = HeaderBlind(bytes: secret) else { throw MarksError(.key, "the issuer derives no 16 bytes") }
        self = blind
    }
}

/// A mark's commitment to a header: 24 bits for each attribute, so that the one that differs is named, and 128 bits for each group.
public struct HeaderCommitment: Hashable, Sendable {
    /// Bytes of a commitment.
    public static let byteCount = tagByteCount * 51 + groupByteCount * 4

    private static let tagByteCount = 3
    private static let groupByteCount = 16

    /// As a mark has them: the attributes' tags in their order, then the groups' digests.
    public let bytes: [UInt8]

    /// - Throws: `MarksError` of code `format` unless there are 217 bytes.
    public init(bytes: [UInt8]) throws {
        guard bytes.count == Self.byteCount else { throw MarksError(.format, "a header's commitment has \(Self.byteCount) bytes") }
        self.bytes = bytes
    }

    /// Commits to the values of a header.
    public init(_ header: HeaderValues, _ blind: HeaderBlind) {
        var bytes: [UInt8] = []
        for (attribute, value) in zip(HeaderAttribute.all, header.values) { bytes += Self.tag(attribute, value, blind) }
        for group in HeaderAttribute.Group.allCases { bytes += Self.digest(group, header, blind) }
        self.bytes = bytes
    }

    static func tag(_ attribute: HeaderAttribute, _ value: [UInt8], _ blind: HeaderBlind) -> [UInt8] {
        let input = Array("veilray.header.attr".utf8) + blind.bytes + encoded(attribute, value)
        return Array(SHA256.hash(data: input).prefix(tagByteCount))
    }

    private static func digest(_ group: HeaderAttribute.Group, _ header: HeaderValues, _ blind: HeaderBlind) -> [UInt8] {
        var input = Array("veilray.header.group".utf8) + Array(group.rawValue.utf8) + blind.bytes
        for (attribute, value) in zip(HeaderAttribute.all, header.values) where attribute.group == group {
            input += encoded(attribute, value)
        }
        return Array(SHA256.hash(data: input).prefix(groupByteCount))
    }

    /// Tag (4) ‖ length (4) ‖ value, the highest byte of a number first.
    private static func encoded(_ attribute: HeaderAttribute, _ value: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(UInt64(attribute.tag), byteCount: 4)
        bytes.appendBigEndian(UInt64(value.count), byteCount: 4)
        return bytes + value
    }

    /// The tag that was committed to for the attribute in this place.
    func tag(at index: Int) -> ArraySlice<UInt8> { bytes[index * Self.tagByteCount..<(index + 1) * Self.tagByteCount] }

    /// The digest that was committed to for a group.
    func groupDigest(_ group: HeaderAttribute.Group) -> ArraySlice<UInt8> {
        let place = HeaderAttribute.Group.allCases.firstIndex(of: group) ?? 0
        let start = HeaderAttribute.all.count * Self.tagByteCount + place * Self.groupByteCount
        return bytes[start..<start + Self.groupByteCount]
    }

    /// Four bytes of the whole commitment, for an entry of a custody chain.
    public var digest: [UInt8] { Array(SHA256.hash(data: bytes).prefix(4)) }
}

/// An attribute that is not as it was when the image was marked.
public struct HeaderFinding: Hashable, Sendable {
    /// The meaning of a difference.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// An archive changed it and says so: the Original Attributes Sequence (0400,0561) holds the value that was marked.
        case coerced
        /// It is empty now, as after de-identification.
        case removed
        /// The identity of the patient or of the image was changed, and nobody says so.
        case usurped
        /// Geometry, or what the values mean, was changed: measurements are wrong, or sides.
        case dangerous
        /// How the image was acquired was changed.
        case changed
    }

    /// `nil` where the group differs and no single attribute can be named.
    public let attribute: HeaderAttribute?
    public let group: HeaderAttribute.Group
    public let verdict: Verdict
}

extension HeaderCommitment {
    /// The attributes that differ from what was committed to.
    ///
    /// - Parameters:
    ///   - header: as it is now.
    ///   - originals: values that archives say to have replaced (PS3.3 C.12.1.1.9).
    public func findings(_ header: HeaderValues, _ blind: HeaderBlind, originals: [HeaderValues] = []) -> [HeaderFinding] {
        let now = HeaderCommitment(header, blind)
        return HeaderAttribute.Group.allCases.flatMap { group -> [HeaderFinding] in
            let places = HeaderAttribute.all.indices.filter { HeaderAttribute.all[$0].group == group }
            let findings = places.filter { tag(at: $0) != now.tag(at: $0) }.map { place in
                finding(place, header.values[place], blind, originals)
            }
            guard findings.isEmpty, groupDigest(group) != now.groupDigest(group) else { return findings }
            return [HeaderFinding(attribute: nil, group: group, verdict: Self.unexplained(group))]
        }
    }

    private func finding(_ place: Int, _ value: [UInt8], _ blind: HeaderBlind, _ originals: [HeaderValues]) -> HeaderFinding {
        let attribute = HeaderAttribute.all[place]
        let isExplained = originals.contains {
            Self.tag(attribute, $0.values[place], blind)[...] == tag(at: place) && !$0.values[place].isEmpty
        }
        let verdict: HeaderFinding.Verdict =
            if attribute.group == .geometry { .dangerous } else if isExplained { .coerced } else if value.isEmpty { .removed } else {
                Self.unexplained(attribute.group)
            }
        return HeaderFinding(attribute: attribute, group: attribute.group, verdict: verdict)
    }

    private static func unexplained(_ group: HeaderAttribute.Group) -> HeaderFinding.Verdict {
        switch group {
        case .patient, .study: .usurped
        case .geometry: .dangerous
        case .acquisition: .changed
        }
    }
}
