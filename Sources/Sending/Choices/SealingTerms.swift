import Protocol
import StegoKit

/// What a receiver's greeting says about the stego files it takes.
struct SealingTerms: Sendable, Equatable {
    /// Codecs that both sides know.
    let codecs: [StegoCodec]
    /// Whether it stores stego files, which then carry the study key sealed to its long-term key.
    let keepsStego: Bool
    /// Names of the seal's inner stages that both sides know.
    let innerStages: Set<String>

    /// What every receiver takes; for the time before one was met.
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
