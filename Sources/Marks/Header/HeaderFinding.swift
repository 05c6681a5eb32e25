/// An attribute that is not as it was when the image was marked.
public struct HeaderFinding: Hashable, Sendable {
    /// What a difference means.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// An archive changed it and says so: the Original Attributes Sequence (0400,0561) holds the value that was marked.
        case coerced
        /// It is empty now, as after de-identification.
        case removed
        /// Whose image it is, or which, was changed, and nobody says so.
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
