/// What a transfer knows of the link its files wait for.
enum LinkStanding: Equatable, Sendable {
    /// Nothing arrived yet, or too little to tell a rate.
    case untried
    /// What is sealed leaves at once; how much more the link could carry is not known.
    case keepingUp
    /// The receiver asks for less than the link brings: it is busy restoring.
    case receiverBusy
    /// Files wait for the link, which carries this much.
    case limiting(bytesPerSecond: Double)

    /// Sealed bytes that take the link longer than this wait for it; less is a file that was sealed a moment ago.
    private static let noticeableWait = 0.25

    /// - Parameters:
    ///   - bytesPerSecond: at which bytes arrive at the far end, the best of the last seconds.
    ///   - isHeldBack: the receiver's credit is used up.
    ///   - bytesAhead: of sealed files that the session has not taken yet.
    init(bytesPerSecond: Double?, isHeldBack: Bool, bytesAhead: Int) {
        guard let bytesPerSecond, bytesPerSecond > 0 else {
            self = .untried
            return
        }
        // Arrivals are only as fast as files are sealed while none waits; then they do not tell what the link can do.
        guard Double(bytesAhead) / bytesPerSecond > Self.noticeableWait else {
            self = .keepingUp
            return
        }
        self = isHeldBack ? .receiverBusy : .limiting(bytesPerSecond: bytesPerSecond)
    }
}
