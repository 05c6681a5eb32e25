import DICOM
import StegoKit

/// `--codec`.
package enum CodecChoice: String, Codable, CaseIterable, Sendable {
    /// Whichever of the codecs that the receiver reads lets the study arrive soonest, chosen anew for each file.
    case auto
    case j2k
    case htj2k
    case jxl
    case none

    /// The codecs that this side may write, the one that was asked for first. Each receiver reads `j2k` and `none`.
    var preferred: [StegoCodec] {
        switch self {
        case .auto: [.htj2k, .jxl, .j2k, .none]
        case .j2k: [.j2k, .htj2k, .none]
        case .htj2k: [.htj2k, .j2k, .none]
        // Images that JPEG XL does not take go as JPEG 2000, which each receiver reads.
        case .jxl: [.jxl, .j2k, .htj2k, .none]
        case .none: [.none, .j2k, .htj2k]
        }
    }

    /// What a file is encoded with that rests somewhere instead of being sent: nobody waits, and every viewer should open it.
    package func encodingAtRest(effort: EffortChoice) -> StegoEncoding {
        let codec: StegoCodec =
            switch self {
            case .auto, .j2k: .j2k
            case .htj2k: .htj2k
            case .jxl: .jxl
            case .none: .none
            }
        return StegoEncoding(codec, effort: effort == .fast ? .fast : .compact, isKept: true)
    }
}

/// `--effort`: what `j2k` and `jxl` spare.
package enum EffortChoice: String, Codable, CaseIterable, Sendable {
    case auto
    case compact
    case fast

    var efforts: [EncodingEffort] {
        switch self {
        case .auto: [.compact, .fast]
        case .compact: [.compact]
        case .fast: [.fast]
        }
    }
}
