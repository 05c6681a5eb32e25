import CommandLineSupport
import Protocol
import StegoKit

/// What the sender was told about sealing; kept with the study, so that whoever goes on with it seals alike.
struct SealingChoices: Codable, Sendable, Equatable {
    /// An embedding method's name.
    var method: String
    /// The preferred codec's name.
    var codec: String
    var effort: EffortChoice
    /// `nil` in studies from before there were regions.
    var region: RegionChoices?

    /// What was asked for first, then what else this side can do.
    var capabilities: Capabilities {
        let codecs = [codec] + StegoCodec.allCases.map(\.rawValue).filter { $0 != codec }
        return Capabilities(codecs: codecs.compactMap { CapabilityName($0) }, methods: [CapabilityName(method)].compactMap(\.self))
    }

    /// What of the pixels must stay as it is. Reads files: runs on a worker thread.
    var regionPolicy: RegionPolicy {
        // Without the method nothing is sealed at all.
        let standard = EmbeddingMethodIdentifier(name: method).map(SealOptions.defaultScope) ?? .everywhere
        return (region ?? RegionChoices()).policy(standard: standard)
    }

    /// - Parameter region: ``regionPolicy``.
    /// - Throws: ``CommandFailure`` `.unavailable` when the receiver decodes nothing that this side writes, or the outbox is a newer
    ///   release's.
    func options(for terms: SealingTerms, region: RegionPolicy) throws -> SealOptions {
        guard let method = EmbeddingMethodIdentifier(name: method) else {
            throw CommandFailure(.unavailable, "this release has no embedding method '\(method)', which the study is to be sealed with")
        }
        guard let codec = terms.codecs.first(where: { $0.rawValue == codec }) ?? terms.codecs.first else {
            throw CommandFailure(.unavailable, "the receiver decodes no codec that this side writes")
        }
        return SealOptions(method: method, region: region, codec: codec)
    }
}
