import Synchronization

/// A trust store that changes.
final class Trust: Sendable {
    private let certificates = Mutex<Set<[UInt8]>>([])

    func add(_ certificate: [UInt8]) {
        certificates.withLock { _ = $0.insert(certificate) }
    }

    func contains(_ certificate: [UInt8]) -> Bool {
        certificates.withLock { $0.contains(certificate) }
    }
}
