import Basics
import Crypto

/// What a receiver says when a study is opened: what it already has of it.
public struct StudyAdmission: Sendable {
    /// The beginning of a stego file from an earlier session.
    public struct Part: Sendable {
        public var receivedBytes: UInt64
        /// Digest of the whole stego file, from the header that announced it.
        public var digest: ContentDigest
        /// Fed with exactly those bytes, so that the digest can be checked when the rest has come.
        public var hash: SHA256

        public init(receivedBytes: UInt64, digest: ContentDigest, hash: SHA256) {
            self.receivedBytes = receivedBytes
            self.digest = digest
            self.hash = hash
        }
    }

    /// Need not be sent again; each must be acknowledged all the same.
    public var complete: Set<Int>
    public var partial: [Int: Part]

    public init(complete: Set<Int> = [], partial: [Int: Part] = [:]) {
        self.complete = complete
        self.partial = partial
    }

    /// Nothing is there yet.
    public static let fresh = StudyAdmission()

    var standing: StudyStanding {
        var instances: [Int: StudyStanding.Instance] = [:]
        for (index, part) in partial where part.receivedBytes > 0 {
            instances[index] = .partial(receivedBytes: part.receivedBytes, digest: part.digest)
        }
        for index in complete { instances[index] = .complete }
        return StudyStanding(instances)
    }
}
