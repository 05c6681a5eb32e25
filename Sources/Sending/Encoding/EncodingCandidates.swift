import StegoKit

/// The encodings to choose from for one receiver.
struct EncodingCandidates: Equatable, Sendable {
    /// The first is the one to use when nothing is known. Empty when the receiver reads none.
    let encodings: [StegoEncoding]
    /// What is said of a choice between one.
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
