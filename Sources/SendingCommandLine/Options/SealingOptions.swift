import ArgumentParser
import Sending
import StegoKit

/// The way in which a study is sealed; for every command that seals.
package struct SealingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How the record is hidden in the pixels: \(Self.methodNames).",
            discussion: """
                \(Self.summaries) What does not undo itself takes along a sealed list of its changes. A method's parameters may follow its \
                name: stc:constraintHeight=12.
                """, valueName: "method"),
        transform: Self.method)
    var method: EmbeddingMethod = .reversible

    @Option(
        help: ArgumentHelp(
            "The constraint height of the trellis code of --method stc, 7 to 12; by default 10.",
            discussion: "Each more takes twice the time and changes a little less.", valueName: "height"))
    var constraintHeight: Int?

    @Option(
        help: ArgumentHelp(
            "How stego pixels are compressed, always without loss: j2k, htj2k, jxl, none, or the one that arrives soonest (auto).",
            discussion: """
                j2k is JPEG 2000, htj2k High-Throughput JPEG 2000, which takes a fifth of the time at both ends for some 7 % more bytes. \
                jxl is JPEG XL, which takes j2k's time for some 5 to 15 % fewer bytes. auto measures link and processor and chooses for each \
                file; a receiver that does not read a codec gets j2k. Stego files that are kept (seal, or a receiver that keeps them) are \
                j2k unless told otherwise, since not every viewer opens the others.
                """, valueName: "codec"))
    package var codec: CodecChoice = .auto

    @Option(
        help: ArgumentHelp(
            "Whether j2k and jxl save bytes (compact), time (fast), or the scarcer of the two (auto).",
            discussion: """
                With fast, j2k writes the low bit-planes raw: a third less time at both ends for some 4 to 10 % more bytes; jxl searches \
                less: a tenth of the time to encode for 1 to 3 % more bytes. auto measures both and chooses, as --codec auto does.
                """, valueName: "effort"))
    package var effort: EffortChoice = .auto

    @Option(
        help: ArgumentHelp(
            "What is done to the record before AES-256-GCM: stages in their order, separated by commas, or none; by default dna.",
            discussion: """
                Stages are \(InnerStages.knownNames.joined(separator: ", ")). The receiver undoes them by itself, if it knows them all. \
                The AES-256-GCM around them protects the record alone: most of the stages are ciphers of the literature that are \
                broken, and none makes the seal stronger. What does not fit into the pixels is sealed by AES-256-GCM alone.
                """, valueName: "names"),
        transform: Self.innerStages)
    var inner: InnerStages = .standard

    package static var methodNames: String {
        EmbeddingMethod.all.map(\.name).joined(separator: ", ")
    }

    private static var summaries: String { EmbeddingMethod.all.map { "\($0.name) \($0.summary)." }.joined(separator: " ") }

    /// Those that leave the region of interest alone unless told otherwise.
    static var sparingMethodNames: String {
        EmbeddingMethod.all.filter { $0.defaultScope == .regionOfNonInterest }.map(\.name).joined(separator: " and ")
    }

    @Sendable package static func method(_ specification: String) throws -> EmbeddingMethod {
        do {
            return try EmbeddingMethod(specification: specification)
        } catch {
            throw ValidationError(error.reason)
        }
    }

    @Sendable static func innerStages(_ text: String) throws -> InnerStages {
        do {
            return text == "none"
                ? .none : try InnerStages(names: text.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
        } catch {
            throw ValidationError(error.reason)
        }
    }

    package init() {}

    package func validate() throws { _ = try configuredMethod() }

    /// The method with all that was chosen about it.
    ///
    /// - Throws: `ValidationError` for what the method does not have.
    private func configuredMethod() throws -> EmbeddingMethod {
        guard let constraintHeight else { return method }
        do {
            return try method.setting("constraintHeight", to: constraintHeight)
        } catch {
            throw ValidationError("--constraint-height: \(error.reason)")
        }
    }

    /// For files that are not sent; the codec is chosen for each.
    package func options(redaction: RedactionPolicy) throws -> SealOptions {
        SealOptions(method: try configuredMethod(), redaction: redaction, innerStages: inner)
    }

    /// The choices that the outbox keeps.
    package func choices(region: RegionChoices, redaction: RedactionPolicy) throws -> SealingChoices {
        SealingChoices(
            method: try configuredMethod(), codec: codec, effort: effort, region: region, redaction: redaction, innerStages: inner)
    }
}
