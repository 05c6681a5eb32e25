import CommandLineSupport
import Protocol
import StegoKit

/// What the sender was told about sealing; kept with the study, so that whoever goes on with it seals alike.
struct SealingChoices: Codable, Sendable, Equatable {
    /// An embedding method's name.
    var method: String
    /// Of the trellis of `stc`; `nil` for the usual one.
    var constraintHeight: Int?
    var codec: CodecChoice
    var effort: EffortChoice
    /// `nil` in studies from before there were regions.
    var region: RegionChoices?

    /// Whether terms allow what was asked for, rather than the next best.
    func isMet(by terms: SealingTerms) -> Bool {
        codec == .auto || codec.preferred.first.map(terms.codecs.contains) == true
    }

    /// What was asked for first, then what else this side can do.
    var capabilities: Capabilities {
        Capabilities(
            codecs: codec.preferred.compactMap { CapabilityName($0.rawValue) }, methods: [CapabilityName(method)].compactMap(\.self),
            features: [Capabilities.probing])
    }

    /// What of the pixels must stay as it is. Reads files: runs on a worker thread.
    var regionPolicy: RegionPolicy {
        // Without the method nothing is sealed at all.
        let standard = EmbeddingMethodIdentifier(name: method).map(SealOptions.defaultScope(for:)) ?? .everywhere
        return (region ?? RegionChoices()).policy(standard: standard)
    }

    /// - Parameter region: ``regionPolicy``.
    /// - Throws: ``CommandFailure`` `.unavailable` when the outbox is a newer release's.
    func options(region: RegionPolicy) throws -> SealOptions {
        guard let method = EmbeddingMethodIdentifier(name: method) else {
            throw CommandFailure(.unavailable, "this release has no embedding method '\(method)', which the study is to be sealed with")
        }
        return SealOptions(
            method: method, constraintHeight: constraintHeight ?? SyndromeTrellisEmbedding.defaultConstraintHeight, region: region)
    }

    /// The encodings that the receiver reads and the sender may use.
    ///
    /// - Throws: ``CommandFailure`` `.unavailable` when there is none.
    func encodings(for terms: SealingTerms) throws -> EncodingCandidates {
        let candidates = EncodingCandidates(of: codec, effort: effort, readable: terms.codecs, areKept: terms.keepsStego)
        guard !candidates.encodings.isEmpty else {
            throw CommandFailure(.unavailable, "the receiver decodes no codec that this side writes")
        }
        return candidates
    }
}
