import ArgumentParser
import StegoKit

/// How a study is sealed; for every command that seals.
struct SealingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How the record is hidden in the pixels: \(Self.methodNames).",
            discussion:
                "reversible, the default, undoes itself exactly; lsb, the classic baseline, takes along a sealed list of its changes.",
            valueName: "method"),
        transform: Self.method)
    var method: EmbeddingMethodIdentifier = .reversible

    @Option(help: ArgumentHelp("How stego pixels are compressed: j2k (JPEG 2000 lossless) or none.", valueName: "codec"))
    var codec: StegoCodec = .j2k

    @Option(
        help: ArgumentHelp(
            "What j2k should spare: bytes (compact), time (fast), or whatever is scarce (auto).",
            discussion: """
                fast writes the low bit-planes raw: a third less time at both ends for some 4 to 10 % more bytes. auto is fast while the \
                link keeps up and compact while files wait for it.
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

    var options: SealOptions { SealOptions(method: method, codec: codec) }

    /// What the outbox keeps of it.
    func choices(region: RegionChoices) -> SealingChoices {
        SealingChoices(method: method.name, codec: codec.rawValue, effort: effort, region: region)
    }
}

/// `--effort`.
enum EffortChoice: String, Codable, ExpressibleByArgument, CaseIterable, Sendable {
    case auto
    case compact
    case fast
}

extension StegoCodec: ExpressibleByArgument {}
