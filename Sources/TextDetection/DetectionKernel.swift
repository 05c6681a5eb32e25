import CTextDetection

/// A version of the passes over planes, written for an instruction set. All give the same bits.
public enum DetectionKernel: String, CaseIterable, Sendable {
    case portable, avx2

    /// Whether this processor can run it.
    public var isSupported: Bool { CTextDetection_supports(identifier) }

    /// The fastest that this processor can run.
    public static let best: DetectionKernel = DetectionKernel.avx2.isSupported ? .avx2 : .portable

    var identifier: CTextDetection_kernel {
        switch self {
        case .portable: CTextDetection_portable
        case .avx2: CTextDetection_avx2
        }
    }
}
