/// A session's measure of its sender's link, for choosing codecs, sharing the link among studies, and figures.
public struct LinkMeasure: Sendable, Hashable {
    /// Bytes of stego files in a second that arrive at the receiver, the best of the last seconds; `nil` before enough of them did.
    public let bytesPerSecond: Double?
    /// Whether bytes waited for the link meanwhile; else it may carry far more than ``bytesPerSecond``.
    public let isRateOfLink: Bool
    /// Seconds from sending bytes to hearing of their arrival, the best of the last minute; `nil` before anything arrived.
    public let roundTrip: Double?
    /// Bytes of stego files that were sent and have not arrived, as far as this side knows.
    public let bytesUnderWay: Int
    /// The receiver has not granted enough for another chunk: it is busy, or its disk is nearly full. That is no sign of a dead peer.
    public let isHeldBack: Bool
}

/// Finds out what a near link carries before there is anything to send over it, with as few bytes as can tell.
///
/// Only a near link is asked: there the answer takes a few milliseconds, and a sender may gain seconds by not compressing. A distant one
/// would have to be filled first, which takes round trips and bytes that something useful could have had.
struct LinkProbe: Sendable {
    /// Bytes of one message.
    static let messageBytes = 60 << 10
    /// Seconds of a round trip up to which a link is near: a machine, a house.
    static let nearRoundTrip = 0.004
    /// A greeting that took longer than this says already that the link is not near; it includes signatures and keys on both sides.
    static let nearGreeting = 0.05
    /// Tries, since a busy machine may keep any of them waiting.
    private static let trials = 3
    /// A first look, 65 ms of a link of 4 Mbit/s; then what tells the rate of a fast one.
    private static let sizes = [32 << 10, 240 << 10]
    /// A try that took longer than this is believed: the link is slow, or what computes at its ends is, which comes to the same.
    private static let believedSeconds = 0.012

    private enum Stage {
        case roundTrip(tried: Int)
        case bytes(size: Int, tried: Int)
        case over
    }

    private var stage = Stage.roundTrip(tried: 0)
    private var roundTrip = Double.infinity
    /// Bytes a second; `nil` where the link is not near.
    private(set) var bytesPerSecond: Double?

    /// Bytes to send now, perhaps none, in messages of at most ``messageBytes``; `nil` when enough is known.
    var nextByteCount: Int? {
        switch stage {
        case .roundTrip: 0
        case .bytes(let size, _): Self.sizes[size]
        case .over: nil
        }
    }

    /// The bytes asked for have arrived, and this side knows it, after so long.
    mutating func took(_ seconds: Double) {
        switch stage {
        case .roundTrip(let tried):
            roundTrip = min(roundTrip, seconds)
            if roundTrip <= Self.nearRoundTrip {
                stage = .bytes(size: 0, tried: 0)
            } else {
                stage = tried + 1 < Self.trials && roundTrip < 2 * Self.nearRoundTrip ? .roundTrip(tried: tried + 1) : .over
            }
        case .bytes(let size, let tried):
            // At least half of a round trip is no matter of the rate.
            let rate = Double(Self.sizes[size]) / max(seconds - roundTrip / 2, seconds / 2, 1e-6)
            bytesPerSecond = max(bytesPerSecond ?? 0, rate)
            if seconds > Self.believedSeconds {
                stage = .over
            } else if size + 1 < Self.sizes.count {
                stage = .bytes(size: size + 1, tried: 0)
            } else {
                stage = tried + 1 < Self.trials ? .bytes(size: size, tried: tried + 1) : .over
            }
        case .over: break
        }
    }
}

extension Capabilities {
    /// The feature of a peer that knows `Probe`.
    public static let probing: CapabilityName = "probe"
}

extension Session {
    /// Bytes a second that a near link carries, measured now with some hundred kilobytes that mean nothing; `nil` where the link is
    /// distant, where the peer does not know `Probe`, and at the side that was dialled. Takes milliseconds. To be asked before anything
    /// is sent.
    ///
    /// - Throws: ``ProtocolError``; `CancellationError`.
    public func probedRate() async throws -> Double? {
        guard agreement.capabilities.features.contains(Capabilities.probing), greetingSeconds <= LinkProbe.nearGreeting else { return nil }
        return try await inTurn {
            var probe = LinkProbe()
            while let byteCount = probe.nextByteCount {
                let begin = ContinuousClock.now
                try await arrive(byteCount)
                probe.took((ContinuousClock.now - begin).inSeconds)
            }
            return probe.bytesPerSecond
        }
    }

    /// Sends so many bytes without meaning; returns when the peer has them all.
    private func arrive(_ byteCount: Int) async throws {
        var (rest, last) = (byteCount, probed)
        repeat {
            let count = min(rest, LinkProbe.messageBytes)
            try await perform(.probe(byteCount: count))
            last += 1
            rest -= count
        } while rest > 0
        _ = try await awaited { probed >= last ? probed : nil }
    }
}
