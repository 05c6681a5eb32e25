/// A transfer's knowledge of the link that its files wait for.
enum LinkStanding: Equatable, Sendable {
    /// The receiver could not be reached yet.
    case absent
    /// Nothing arrived yet, or too little to tell a rate.
    case untried
    /// Sealed files leave at once, and at this rate when there were many of them.
    case keepingUp(bytesPerSecond: Double)
    /// Sealed files leave at once and have always done so: the rate is that of sealing, and the link may carry far more.
    case alwaysKeptUp(bytesPerSecond: Double)
    /// The receiver asks for less than the link brings: it is busy restoring.
    case receiverBusy
    /// Files wait for the link, which carries this much.
    case limiting(bytesPerSecond: Double)

    /// The measured rate of the link; `nil` where nothing was measured, or sealing or the receiver is what everything waits for.
    var bytesPerSecond: Double? {
        switch self {
        case .keepingUp(let rate), .limiting(let rate): rate
        case .absent, .untried, .alwaysKeptUp, .receiverBusy: nil
        }
    }

    /// Whether the transfer has measured anything.
    var isKnown: Bool { self != .absent && self != .untried }

    /// Sealed bytes that take the link longer than this, beyond what is on its way through it, wait for it; less is a file that was sealed
    /// a moment ago.
    private static let noticeableWait = 0.25

    /// - Parameters:
    ///   - isConnected: there is a connection, or was one, or the first is being made.
    ///   - bytesPerSecond: at which bytes arrive at the far end, the best of the last seconds.
    ///   - isRateOfLink: bytes waited for the link while the rate was taken.
    ///   - isHeldBack: the receiver's credit is used up.
    ///   - bytesAhead: of sealed files that the session has not taken yet.
    ///   - bytesUnderWay: that were sent and have not arrived, those that queue in front of the link among them.
    ///   - roundTrip: seconds from sending bytes to hearing of their arrival, at best.
    init(
        isConnected: Bool = true, bytesPerSecond: Double?, isRateOfLink: Bool = true, isHeldBack: Bool, bytesAhead: Int,
        bytesUnderWay: Int = 0, roundTrip: Double = 0
    ) {
        guard let bytesPerSecond, bytesPerSecond > 0 else {
            self = isConnected ? .untried : .absent
            return
        }
        // Arrivals are only as fast as files are sealed while none waits; then they do not tell what the link can do.
        let queued = max(0, Double(bytesUnderWay) - bytesPerSecond * roundTrip)
        guard (Double(bytesAhead) + queued) / bytesPerSecond > Self.noticeableWait else {
            self = isRateOfLink ? .keepingUp(bytesPerSecond: bytesPerSecond) : .alwaysKeptUp(bytesPerSecond: bytesPerSecond)
            return
        }
        self = isHeldBack ? .receiverBusy : .limiting(bytesPerSecond: bytesPerSecond)
    }
}
