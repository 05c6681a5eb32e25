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

    /// The encoding of a file that rests somewhere instead of being sent: nobody waits, and every viewer should open it.
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

/// The encodings to choose from for one receiver.
struct EncodingCandidates: Equatable, Sendable {
    /// The first is the one to use when nothing is known. Empty when the receiver reads none.
    let encodings: [StegoEncoding]
    /// The reason that is given for a choice between one.
    let reason: EncodingDecision.Reason

    /// - Parameters:
    ///   - readable: the codecs that the receiver reads. Where the one that was asked for is not among them, the next best.
    ///   - areKept: the receiver keeps the stego files, so every viewer should open them.
    init(of choice: CodecChoice, effort: EffortChoice, readable: [StegoCodec], areKept: Bool) {
        let preferred = choice == .auto && areKept ? CodecChoice.j2k.preferred : choice.preferred
        let common = preferred.filter(readable.contains)
        guard let first = common.first else {
            self.init([], reason: .asked)
            return
        }
        let codecs = choice == .auto && !areKept ? common : [first]
        let encodings = codecs.flatMap { codec in
            codec.hasEfforts
                ? effort.efforts.map { StegoEncoding(codec, effort: $0, isKept: areKept) } : [StegoEncoding(codec, isKept: areKept)]
        }
        if first != preferred[0] {
            self.init(encodings, reason: .receiverReadsNo(preferred[0]))
        } else {
            self.init(encodings, reason: choice == .auto && areKept ? .atRest : .asked)
        }
    }

    private init(_ encodings: [StegoEncoding], reason: EncodingDecision.Reason) {
        self.encodings = encodings
        self.reason = reason
    }
}
