import Basics
import Protocol
import StegoKit

/// The sender's choices about sealing; kept with the study, so that whoever goes on with it seals alike.
package struct SealingChoices: Codable, Sendable, Equatable {
    package var method: ChosenMethod
    package var codec: CodecChoice
    package var effort: EffortChoice
    /// `nil` in studies from before there were regions.
    package var region: RegionChoices?
    /// `nil` in studies from before text in pixels was looked for, which is done by now.
    package var redaction: RedactionPolicy?
    /// The names of the seal's inner stages; `nil` for what suits every receiver.
    package var innerStages: [String]?

    package init(
        method: EmbeddingMethod, codec: CodecChoice, effort: EffortChoice, region: RegionChoices? = nil, redaction: RedactionPolicy? = nil,
        innerStages: InnerStages = .standard
    ) {
        self.method = .known(method)
        self.codec = codec
        self.effort = effort
        self.region = region
        self.redaction = redaction
        self.innerStages = innerStages == .standard ? nil : innerStages.names
    }

    /// Stages of the seal, by name, that the receiver must be able to undo.
    private var wantedStages: [String] { innerStages ?? InnerStages.standard.names }

    /// Whether terms allow what was asked for, rather than the next best.
    func isMet(by terms: SealingTerms) -> Bool {
        (codec == .auto || codec.preferred.first.map(terms.codecs.contains) == true) && stagesUnknown(to: terms).isEmpty
    }

    /// Inner stages of the seal, by name, that the receiver could not undo.
    func stagesUnknown(to terms: SealingTerms) -> [String] { wantedStages.filter { !terms.innerStages.contains($0) } }

    /// The capabilities that were asked for first, then this side's others.
    var capabilities: Capabilities {
        Capabilities(
            codecs: codec.preferred.compactMap { CapabilityName($0.rawValue) },
            methods: [method.known.flatMap { CapabilityName($0.name) }].compactMap(\.self),
            features: [Capabilities.probing] + StegoFeatures.names.compactMap { CapabilityName($0) })
    }

    /// The pixels that must stay as they are. Reads files: runs on a worker thread.
    var regionPolicy: RegionPolicy {
        // Without the method nothing is sealed at all.
        (region ?? RegionChoices()).policy(standard: method.known?.defaultScope ?? .everywhere)
    }

    /// - Parameter region: ``regionPolicy``.
    /// - Throws: `OperationFailure` `.unavailable` when a newer release chose the method or an inner stage.
    package func options(region: RegionPolicy) throws -> SealOptions {
        switch method {
        case .known(let method):
            return SealOptions(
                method: method, region: region, redaction: redaction ?? RedactionPolicy(), innerStages: try knownStages())
        case .unknown(let specification):
            throw OperationFailure(
                .unavailable, "this release has no embedding method '\(specification)', which the study is to be sealed with")
        }
    }

    private func knownStages() throws -> InnerStages {
        do {
            return try InnerStages(names: wantedStages)
        } catch {
            throw OperationFailure(.unavailable, "this release cannot seal as the study is to be sealed: \(error.reason)")
        }
    }

    /// The encodings that the receiver reads and the sender may use.
    ///
    /// - Throws: `OperationFailure` `.unavailable` when there is none, or when the receiver cannot undo an inner stage of the seal.
    func encodings(for terms: SealingTerms) throws -> EncodingCandidates {
        let missing = stagesUnknown(to: terms)
        guard missing.isEmpty else {
            let stages = missing.joined(separator: ", ")
            throw OperationFailure(
                .unavailable, "the receiver cannot undo \(stages), which --inner asks for; without it the study can be sent")
        }
        let candidates = EncodingCandidates(of: codec, effort: effort, readable: terms.codecs, areKept: terms.keepsStego)
        guard !candidates.encodings.isEmpty else {
            throw OperationFailure(.unavailable, "the receiver decodes no codec that this side writes")
        }
        return candidates
    }
}

/// The embedding method of a study, as the outbox keeps it.
package enum ChosenMethod: Hashable, Sendable {
    case known(EmbeddingMethod)
    /// One that only a newer release has: this study waits for that release, the others go on.
    case unknown(specification: String)

    var known: EmbeddingMethod? {
        if case .known(let method) = self { method } else { nil }
    }
}

extension ChosenMethod: Codable {
    package init(from decoder: any Decoder) throws {
        let specification = try decoder.singleValueContainer().decode(String.self)
        do {
            self = .known(try EmbeddingMethod(specification: specification))
        } catch {
            self = .unknown(specification: specification)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .known(let method): try container.encode(method.specification)
        case .unknown(let specification): try container.encode(specification)
        }
    }
}

/// The sender's choices about regions; kept with the study.
package struct RegionChoices: Codable, Sendable, Equatable {
    /// `nil`: what suits the method.
    package var scope: RegionPolicy.Scope?
    package var source: RegionPolicy.Source?
    package var shapes = RegionShapes()
    /// Files of the study, by path, that may hold segmentations and structure sets.
    package var annotationFiles: [String] = []

    package init(scope: RegionPolicy.Scope? = nil, source: RegionPolicy.Source? = nil, shapes: RegionShapes = RegionShapes()) {
        self.scope = scope
        self.source = source
        self.shapes = shapes
    }

    /// Reads the files with annotations, if these count. Runs on a worker thread.
    ///
    /// - Parameter standard: the scope when none was chosen.
    package func policy(standard: RegionPolicy.Scope) -> RegionPolicy {
        let scope = scope ?? standard
        let source = source ?? .automatic
        return RegionPolicy(
            scope: scope, source: source, shapes: shapes,
            annotations: heedsAnnotations(standard: standard) ? AnnotationFiles.annotations(in: annotationFiles) : RegionAnnotations())
    }

    /// Whether segmentations and structure sets make a difference.
    ///
    /// - Parameter standard: the scope when none was chosen.
    package func heedsAnnotations(standard: RegionPolicy.Scope) -> Bool {
        (scope ?? standard) == .regionOfNonInterest && source != .anatomy && shapes.everyImage.isEmpty
    }
}

/// The terms of a receiver's greeting for the stego files that it takes.
struct SealingTerms: Sendable, Equatable {
    /// Codecs that both sides know.
    let codecs: [StegoCodec]
    /// Whether it stores stego files, which then carry the study key sealed to its long-term key.
    let keepsStego: Bool
    /// Names of the seal's inner stages that both sides know.
    let innerStages: Set<String>

    /// The terms of every receiver; for the time before one was met.
    static let usual = SealingTerms(codecs: [.j2k], keepsStego: false)

    init(codecs: [StegoCodec], keepsStego: Bool, innerStages: Set<String> = Set(InnerStages.standard.names)) {
        self.codecs = codecs
        self.keepsStego = keepsStego
        self.innerStages = innerStages
    }

    init(_ agreement: Agreement) {
        self.init(
            codecs: agreement.capabilities.codecs.compactMap { StegoCodec(rawValue: $0.text) },
            keepsStego: agreement.outgoing?.keepsStego ?? false,
            innerStages: Set(
                InnerStages.knownNames.filter { name in
                    agreement.capabilities.features.contains { $0.text == InnerStages.feature(of: name) }
                }))
    }
}
