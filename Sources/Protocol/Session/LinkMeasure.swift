/// What a sender's session knows of its link, for choosing codecs, sharing the link among studies, and figures.
public struct LinkMeasure: Sendable, Hashable {
    /// Bytes of stego files in a second that arrive at the receiver, the best of the last seconds; `nil` before enough of them did.
    public let bytesPerSecond: Double?
    /// Seconds from sending bytes to hearing of their arrival, the best of the last minute; `nil` before anything arrived.
    public let roundTrip: Double?
    /// Bytes of stego files that were sent and have not arrived, as far as this side knows.
    public let bytesUnderWay: Int
    /// The receiver has not granted enough for another chunk: it is busy, or its disk is nearly full. That is no sign of a dead peer.
    public let isHeldBack: Bool
}
