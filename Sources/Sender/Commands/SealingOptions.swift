import ArgumentParser
import StegoKit

/// How a study is sealed; for every command that seals.
struct SealingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How the record is hidden in the pixels: \(Self.methodNames).",
            discussion: "reversible, the default, undoes itself exactly; lsb, the classic baseline, takes along a sealed list of its changes.",
            valueName: "method"),
        transform: Self.method)
    var method: EmbeddingMethodIdentifier = .reversible

    @Option(help: ArgumentHelp("How stego pixels are compressed: j2k (JPEG 2000 lossless) or none.", valueName: "codec"))
    var codec: StegoCodec = .j2k

    private static var methodNames: String {
        EmbeddingMethodIdentifier.allCases.map(\.name).joined(separator: ", ")
    }

    @Sendable private static func method(_ name: String) throws -> EmbeddingMethodIdentifier {
        guard let method = EmbeddingMethodIdentifier(name: name) else {
            throw ValidationError("'\(name)' is no method; there are: \(methodNames)")
        }
        return method
    }

    var options: SealOptions { SealOptions(method: method, codec: codec) }
}

extension StegoCodec: ExpressibleByArgument {}
