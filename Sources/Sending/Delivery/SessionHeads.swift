import Basics
import Concurrency
import Protocol
import StegoKit

/// The short heads of one study's files in one session: what has been sent is what others may be differences to.
actor SessionHeads {
    /// Bytes a second: on links of at least 8 Mbit/s a head takes less time than making it short does.
    private static let rateTooHigh = 1_000_000.0

    private var shortener: HeadShortener
    private let pool: WorkerPool

    /// Nil where the receiver does not make heads whole again, or not as this side would.
    init?(_ agreement: Agreement, _ key: StudyKey, _ pool: WorkerPool) {
        guard let feature = CapabilityName(ShortHead.feature), agreement.capabilities.features.contains(feature) else { return nil }
        shortener = HeadShortener(key: key)
        self.pool = pool
    }

    /// What stands for the beginning of a file; `nil` where it goes as it is.
    ///
    /// - Parameter rate: of the link, in bytes a second, where it is known.
    func proposal(for stego: [UInt8], _ digest: ContentDigest, rate: Double?) async throws -> HeadShortener.Proposal? {
        guard rate.map({ $0 < Self.rateTooHigh }) ?? true else { return nil }
        return try await pool.run { [shortener] in shortener.proposal(for: stego, digest: digest) }
    }

    func sent(_ proposal: HeadShortener.Proposal) { shortener.sent(proposal) }
}

extension HeadShortener.Proposal {
    /// As the session sends it; `nil` for what cannot be.
    var outgoing: OutgoingHead? {
        HeadTerms(byteCount: head.byteCount, basis: head.basis, place: head.place).map { OutgoingHead(terms: $0, bytes: head.bytes) }
    }
}
