public import Logging

extension TrustStore {
    /// Reads the cards at once and tells the log what came of it. What cannot be read counts as it was.
    ///
    /// - Parameter level: of the entry that they were read.
    public func reload(telling log: Logger, at level: Logger.Level) {
        do {
            try reload()
            log.log(level: level, "the trusted cards were read again", metadata: ["cards": "\(peers.count)"])
        } catch {
            log.error("the trusted cards cannot be read; those known before count", metadata: ["reason": "\(error)"])
        }
    }
}
