import CTrellis

/// A version of the inner loops, written for an instruction set. All give the same bits.
public enum TrellisKernel: String, CaseIterable, Sendable {
    case portable, avx2, avx512, neon

    /// Whether this processor can run it.
    public var isSupported: Bool { CTrellis_supports(identifier) }

    /// The fastest that this processor can run.
    public static let best = [TrellisKernel.avx512, .avx2, .neon].first(where: \.isSupported) ?? .portable

    var identifier: CTrellis_kernel {
        switch self {
        case .portable: CTrellis_portable
        case .avx2: CTrellis_avx2
        case .avx512: CTrellis_avx512
        case .neon: CTrellis_neon
        }
    }
}
