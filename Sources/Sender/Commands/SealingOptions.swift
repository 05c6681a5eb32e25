import ArgumentParser
import StegoKit

/// How a study is sealed; for every command that seals.
struct SealingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How the record is hidden in the pixels: \(Self.methodNames).", valueName: "method"))
    var method: EmbeddingMethodIdentifier = .reversible

    @Option(help: ArgumentHelp("How stego pixels are compressed: j2k (JPEG 2000 lossless) or none.", valueName: "codec"))
    var codec: StegoCodec = .j2k

    private static var methodNames: String {
        EmbeddingMethodIdentifier.allCases.map(\.name).joined(separator: ", ")
    }

    var options: SealOptions { SealOptions(method: method, codec: codec) }
}

extension EmbeddingMethodIdentifier: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }
    public static var allValueStrings: [String] { allCases.map(\.name) }
    public var defaultValueDescription: String { name }
}

extension StegoCodec: ExpressibleByArgument {}
