import Protocol
import StegoKit

/// What a receiver's greeting says about the stego files it takes.
struct SealingTerms: Sendable, Equatable {
    /// Codecs that both sides know.
    let codecs: [StegoCodec]
    /// Whether it stores stego files, which then carry the study key sealed to its long-term key.
    let keepsStego: Bool

    /// What every receiver takes; for the time before one was met.
    static let usual = SealingTerms(codecs: [.j2k], keepsStego: false)

    init(codecs: [StegoCodec], keepsStego: Bool) {
        self.codecs = codecs
        self.keepsStego = keepsStego
    }

    init(_ agreement: Agreement) {
        self.init(
            codecs: agreement.capabilities.codecs.compactMap { StegoCodec(rawValue: $0.text) },
            keepsStego: agreement.outgoing?.keepsStego ?? false)
    }
}
