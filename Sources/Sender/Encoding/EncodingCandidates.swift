import StegoKit

/// The encodings to choose from for one receiver.
struct EncodingCandidates: Equatable, Sendable {
    /// The first is the one to use when nothing is known. Empty when the receiver reads none.
    let encodings: [StegoEncoding]
    /// What is said of a choice between one.
    let reason: EncodingDecision.Reason

    /// - Parameter readable: the codecs that the receiver reads. Where the one that was asked for is not among them, the next best.
    init(of choice: CodecChoice, effort: EffortChoice, readable: [StegoCodec]) {
        let common = choice.preferred.filter(readable.contains)
        guard let first = common.first else {
            self.init([], reason: .asked)
            return
        }
        let codecs = choice == .auto && first != .none ? common.filter { $0 != .none } : [first]
        let encodings = codecs.flatMap { codec in
            codec == .j2k ? effort.efforts.map { StegoEncoding(.j2k, effort: $0) } : [StegoEncoding(codec)]
        }
        let isAsAsked = first == choice.preferred[0]
        self.init(encodings, reason: isAsAsked ? .asked : .receiverReadsNo(choice.preferred[0]))
    }

    private init(_ encodings: [StegoEncoding], reason: EncodingDecision.Reason) {
        self.encodings = encodings
        self.reason = reason
    }
}
