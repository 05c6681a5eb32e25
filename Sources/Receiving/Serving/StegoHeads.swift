import Basics
import Concurrency
import Crypto
import Protocol
import StegoKit

/// Makes the short heads of stego files whole (docs/protocol/heads.md).
struct StegoHeads: HeadExpansion {
    let pool: WorkerPool
    let feature: CapabilityName

    /// Nil where this release's feature has no name that can be said.
    init?(pool: WorkerPool) {
        guard let feature = CapabilityName(ShortHead.feature) else { return nil }
        self.pool = pool
        self.feature = feature
    }

    func expander(for key: SymmetricKey) throws -> any HeadExpander {
        StudyHeads(HeadRestorer(key: try StudyKey(bytes: key.withUnsafeBytes { Array($0) })), pool)
    }

    private actor StudyHeads: HeadExpander {
        private var restorer: HeadRestorer
        private let pool: WorkerPool

        init(_ restorer: HeadRestorer, _ pool: WorkerPool) {
            self.restorer = restorer
            self.pool = pool
        }

        func expanded(_ bytes: [UInt8], _ terms: HeadTerms, of digest: ContentDigest) async throws -> [UInt8] {
            let head = ShortHead(bytes: bytes, byteCount: terms.byteCount, basis: terms.basis, place: terms.place)
            let (whole, after) = try await pool.run { [restorer] in
                var restorer = restorer
                return (try restorer.restored(head, of: digest), restorer)
            }
            restorer = after
            return whole
        }
    }
}
