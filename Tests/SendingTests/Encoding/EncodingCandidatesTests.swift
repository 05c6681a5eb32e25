import Basics
import Foundation
import StegoKit
import Testing

@testable import Sending

/// What is left of a wish when the receiver has been asked.
@Suite struct EncodingCandidatesTests {
    private static let all: [StegoCodec] = [.j2k, .htj2k, .jxl, .none]
    /// A receiver of before JPEG XL.
    private static let earlier: [StegoCodec] = [.j2k, .htj2k, .none]
    /// A receiver of before High-Throughput JPEG 2000.
    private static let old: [StegoCodec] = [.j2k, .none]

    private func names(_ choice: CodecChoice, _ effort: EffortChoice, _ readable: [StegoCodec], areKept: Bool = false) -> [String] {
        EncodingCandidates(of: choice, effort: effort, readable: readable, areKept: areKept).encodings.map(\.description)
    }

    @Test func autoHasEveryCodecThatTheReceiverReads() {
        #expect(names(.auto, .auto, Self.all) == ["htj2k", "jxl compact", "jxl fast", "j2k compact", "j2k fast", "none"])
        #expect(names(.auto, .compact, Self.all) == ["htj2k", "jxl compact", "j2k compact", "none"])
        #expect(names(.auto, .auto, Self.earlier) == ["htj2k", "j2k compact", "j2k fast", "none"])
        #expect(names(.auto, .auto, Self.old) == ["j2k compact", "j2k fast", "none"])
        #expect(names(.auto, .fast, Self.old) == ["j2k fast", "none"])
        #expect(names(.auto, .auto, [.none]) == ["none"])
    }

    @Test func aWishIsKeptWhereTheReceiverReadsIt() {
        for codec in StegoCodec.allCases {
            let choice = CodecChoice(rawValue: codec.rawValue)
            let candidates = choice.map { EncodingCandidates(of: $0, effort: .compact, readable: Self.all, areKept: true) }
            #expect(candidates?.encodings == [StegoEncoding(codec, isKept: true)])
            #expect(candidates?.reason == .asked)
        }
    }

    @Test func anEarlierReceiverGetsJPEG2000InsteadOfJPEGXL() {
        let candidates = EncodingCandidates(of: .jxl, effort: .compact, readable: Self.earlier, areKept: false)
        #expect(candidates.encodings == [StegoEncoding(.j2k, effort: .compact)])
        #expect(candidates.reason == .receiverReadsNo(.jxl))
    }

    @Test func anOlderReceiverGetsWhatItReads() {
        let candidates = EncodingCandidates(of: .htj2k, effort: .compact, readable: Self.old, areKept: false)
        #expect(candidates.encodings == [StegoEncoding(.j2k, effort: .compact)])
        #expect(candidates.reason == .receiverReadsNo(.htj2k))
        #expect(names(.none, .auto, [.htj2k]) == ["htj2k"])
    }

    /// What a receiver keeps is looked at with viewers that nobody here knows; a codec that was asked for by name is another matter.
    @Test func filesThatAreKeptAreForEveryViewer() {
        #expect(names(.auto, .auto, Self.all, areKept: true) == ["j2k compact", "j2k fast"])
        #expect(names(.auto, .compact, Self.all, areKept: true) == ["j2k compact"])
        #expect(EncodingCandidates(of: .auto, effort: .compact, readable: Self.all, areKept: true).reason == .atRest)
        #expect(names(.htj2k, .auto, Self.all, areKept: true) == ["htj2k"])
        #expect(names(.auto, .auto, [.htj2k], areKept: true) == ["htj2k"])
        // Hardly any viewer opens JPEG XL.
        #expect(names(.auto, .auto, [.jxl, .none], areKept: true) == ["none"])
        #expect(names(.jxl, .fast, Self.all, areKept: true) == ["jxl fast"])
        for areKept in [true, false] {
            let candidates = EncodingCandidates(of: .jxl, effort: .fast, readable: Self.all, areKept: areKept)
            #expect(candidates.encodings == [StegoEncoding(.jxl, effort: .fast, isKept: areKept)])
        }
    }

    @Test func withNothingInCommonThereIsNone() {
        #expect(names(.auto, .auto, []).isEmpty)
    }

    @Test func atRestEveryViewerCounts() {
        #expect(CodecChoice.auto.encodingAtRest(effort: .auto) == StegoEncoding(.j2k, effort: .compact))
        #expect(CodecChoice.j2k.encodingAtRest(effort: .fast) == StegoEncoding(.j2k, effort: .fast))
        #expect(CodecChoice.htj2k.encodingAtRest(effort: .auto).codec == .htj2k)
        #expect(CodecChoice.jxl.encodingAtRest(effort: .auto) == StegoEncoding(.jxl, effort: .compact, isKept: true))
        #expect(CodecChoice.none.encodingAtRest(effort: .auto).codec == .none)
    }

    @Test func parametersOfTheMethodAreKept() throws {
        let method = try EmbeddingMethod.syndromeTrellis.setting("constraintHeight", to: 12)
        let choices = SealingChoices(method: method, codec: .auto, effort: .auto)
        let kept = try JSONDecoder().decode(SealingChoices.self, from: JSONEncoder().encode(choices))
        #expect(kept == choices)
        #expect(try kept.options(region: .everywhere).method == method)
        #expect(kept.capabilities.methods.map(\.text) == ["stc"])
    }

    @Test func aReceiverThatCannotUndoAStageGetsNothing() throws {
        let stages = try InnerStages(names: ["permutation", "dna"])
        let choices = SealingChoices(method: .reversible, codec: .j2k, effort: .compact, innerStages: stages)
        let kept = try JSONDecoder().decode(SealingChoices.self, from: JSONEncoder().encode(choices))
        #expect(kept == choices)
        #expect(try kept.options(region: .everywhere).innerStages == stages)
        #expect(!choices.isMet(by: .usual))
        #expect(choices.stagesUnknown(to: .usual) == ["permutation"])
        #expect { try choices.encodings(for: .usual) } throws: { ($0 as? OperationFailure)?.kind == .unavailable }
        let able = SealingTerms(codecs: [.j2k], keepsStego: false, innerStages: ["dna", "permutation", "addition"])
        #expect(choices.isMet(by: able))
        #expect(try choices.encodings(for: able).encodings.count == 1)
        #expect(Set(choices.capabilities.features).isSuperset(of: ["inner-dna", "inner-permutation", "inner-huffman-blowfish"]))
    }

    @Test func aStageOfANewerReleaseIsKept() throws {
        let text = #"{"method":"reversible","codec":"j2k","effort":"auto","innerStages":["tomorrow"]}"#
        let choices = try JSONDecoder().decode(SealingChoices.self, from: Data(text.utf8))
        #expect { try choices.options(region: .everywhere) } throws: { ($0 as? OperationFailure)?.kind == .unavailable }
        let kept = try JSONEncoder().encode(choices)
        #expect(String(decoding: kept, as: UTF8.self).contains(#""innerStages":["tomorrow"]"#))
    }

    /// After going back to an older release: the outbox opens, that study waits, and nothing of it is lost.
    @Test func aMethodOfANewerReleaseIsKept() throws {
        let text = #"{"method":"tomorrow:depth=3","codec":"j2k","effort":"auto"}"#
        let choices = try JSONDecoder().decode(SealingChoices.self, from: Data(text.utf8))
        #expect { try choices.options(region: .everywhere) } throws: { ($0 as? OperationFailure)?.kind == .unavailable }
        let kept = try JSONEncoder().encode(choices)
        #expect(String(decoding: kept, as: UTF8.self).contains(#""method":"tomorrow:depth=3""#))
    }

    /// What a study in the outbox says must be readable after an upgrade.
    @Test func choicesOfTheOutboxReadBack() throws {
        let text = #"{"method":"reversible","codec":"j2k","effort":"auto"}"#
        let choices = try JSONDecoder().decode(SealingChoices.self, from: Data(text.utf8))
        #expect(choices == SealingChoices(method: .reversible, codec: .j2k, effort: .auto))
        #expect(choices.capabilities.codecs.map(\.text) == ["j2k", "htj2k", "none"])
        #expect(try choices.encodings(for: SealingTerms(codecs: Self.all, keepsStego: false)).encodings.count == 2)
        #expect(throws: (any Error).self) { try choices.encodings(for: SealingTerms(codecs: [], keepsStego: false)) }
    }
}
