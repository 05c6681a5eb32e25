import ArgumentParser
import StegoKit

/// How a study is sealed; for every command that seals.
struct SealingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How the record is hidden in the pixels: \(Self.methodNames).",
            discussion: """
                reversible, the default, undoes itself exactly. stc changes samples by one where it shows least, hamming at edges; both \
                leave the region of interest alone. lsb is the classic baseline. These three take along a sealed list of their changes.
                """, valueName: "method"),
        transform: Self.method)
    var method: EmbeddingMethodIdentifier = .reversible

    @Option(
        help: ArgumentHelp(
            "The constraint height of the trellis code of --method stc, 7 to 12; by default 10.",
            discussion: "Each more takes twice the time and changes a little less.", valueName: "height"))
    var constraintHeight: Int?

    @Option(
        help: ArgumentHelp(
            "How stego pixels are compressed, always without loss: j2k, htj2k, none, or whatever arrives soonest (auto).",
            discussion: """
                j2k is JPEG 2000, htj2k High-Throughput JPEG 2000, which takes a fifth of the time at both ends for some 7 % more bytes. \
                auto measures link and processor and chooses for each file; a receiver that does not read htj2k gets j2k. Stego files \
                that are kept (seal, or a receiver that keeps them) are j2k unless told otherwise, since not every viewer opens the other.
                """, valueName: "codec"))
    var codec: CodecChoice = .auto

    @Option(
        help: ArgumentHelp(
            "What j2k spares: bytes (compact), time (fast), or whatever is scarce (auto).",
            discussion: """
                fast writes the low bit-planes raw: a third less time at both ends for some 4 to 10 % more bytes. auto leaves the choice \
                to what is measured, as --codec auto does.
                """, valueName: "effort"))
    var effort: EffortChoice = .auto

    static var methodNames: String {
        EmbeddingMethodIdentifier.allCases.map(\.name).joined(separator: ", ")
    }

    @Sendable static func method(_ name: String) throws -> EmbeddingMethodIdentifier {
        guard let method = EmbeddingMethodIdentifier(name: name) else {
            throw ValidationError("'\(name)' is no method; there are: \(methodNames)")
        }
        return method
    }

    func validate() throws {
        guard let constraintHeight else { return }
        guard method == .syndromeTrellis else { throw ValidationError("--constraint-height is for --method stc") }
        guard SyndromeTrellisEmbedding.constraintHeights.contains(constraintHeight) else {
            throw ValidationError("--constraint-height is 7 to 12, not \(constraintHeight)")
        }
    }

    /// For files that are not sent; the codec is chosen for each.
    var options: SealOptions {
        SealOptions(method: method, constraintHeight: constraintHeight ?? SyndromeTrellisEmbedding.defaultConstraintHeight)
    }

    /// What the outbox keeps of it.
    func choices(region: RegionChoices) -> SealingChoices {
        SealingChoices(method: method.name, constraintHeight: constraintHeight, codec: codec, effort: effort, region: region)
    }
}
