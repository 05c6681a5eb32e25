import Synchronization

/// Keeps any one sender from taking all of the receiver's connections.
final class SessionPlaces: Sendable {
    /// Sessions of one sender at a time: four routine studies, a dozen urgent ones.
    static let perSender = 16

    private let limit: Int
    /// By the certificate that TLS has shown.
    private let taken = Mutex<[[UInt8]: Int]>([:])

    init(limit: Int = SessionPlaces.perSender) {
        self.limit = limit
    }

    /// Takes a place, if the sender has one left; ``leave(_:)`` gives it back.
    func enter(_ certificateDER: [UInt8]) -> Bool {
        taken.withLock { taken in
            guard taken[certificateDER, default: 0] < limit else { return false }
            taken[certificateDER, default: 0] += 1
            return true
        }
    }

    func leave(_ certificateDER: [UInt8]) {
        taken.withLock { taken in
            let rest = taken[certificateDER, default: 1] - 1
            taken[certificateDER] = rest > 0 ? rest : nil
        }
    }
}
