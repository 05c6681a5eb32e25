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
