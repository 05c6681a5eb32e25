import SeededRandomness

/// One way of a link: a transmitter that sends one byte after another, with a queue in front of it and a delay behind.
///
/// Times are seconds since the link began.
struct LinkLane {
    private struct Departure {
        let time: Double
        let bytes: Int
    }

    private let bytesPerSecond: Double?
    private let latency: Double
    private let jitter: Double
    private let queueBytes: Int
    private var queue = LinkQueue<Departure>()
    private var queuedBytes = 0
    /// When the transmitter has sent all that was given to it.
    private var freeAt = 0.0

    init(_ conditions: LinkConditions, _ direction: LinkDirection) {
        bytesPerSecond = conditions.bitRate(direction).map { max($0, 1) / 8 }
        latency = conditions.latency.inSeconds
        jitter = conditions.jitter.inSeconds
        queueBytes = max(1, conditions.queueBytes)
    }

    /// How much is best read at once: about a packet, or a millisecond of a fast link, so that connections take turns.
    var pieceBytes: Int {
        guard let bytesPerSecond else { return 64 << 10 }
        return min(64 << 10, max(1448, Int(bytesPerSecond / 1000)))
    }

    /// Bytes that may enter now.
    mutating func room(at now: Double) -> Int {
        while let first = queue.first, first.time <= now {
            queuedBytes -= first.bytes
            _ = queue.popFirst()
        }
        return max(0, queueBytes - queuedBytes)
    }

    /// When there will be more room; `nil` when nothing waits.
    var nextDeparture: Double? { queue.first?.time }

    /// Takes bytes in. Returns when they come out at the far end.
    mutating func enter(_ bytes: Int, at now: Double, using generator: inout SplitMix64) -> Double {
        guard let bytesPerSecond else { return now + delay(&generator) }
        freeAt = max(now, freeAt) + Double(bytes) / bytesPerSecond
        queue.append(Departure(time: freeAt, bytes: bytes))
        queuedBytes += bytes
        return freeAt + delay(&generator)
    }

    private func delay(_ generator: inout SplitMix64) -> Double {
        jitter > 0 ? latency + Double.random(in: 0...jitter, using: &generator) : latency
    }
}

extension Duration {
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}

/// First in, first out, in constant time on average.
struct LinkQueue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var first: Element? { head < elements.count ? elements[head] : nil }
    var isEmpty: Bool { head == elements.count }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func replaceFirst(_ element: Element) {
        guard !isEmpty else { return }
        elements[head] = element
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head].take()
        head += 1
        if head >= 64, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
