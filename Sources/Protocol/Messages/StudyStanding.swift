import Basics
import Crypto

/// The part of a study that a receiver already has from an earlier session.
public struct StudyStanding: Sendable, Hashable {
    public enum Instance: Sendable, Hashable {
        /// Received whole, perhaps restored; need not be sent again.
        case complete
        /// The first `receivedBytes` of the stego file with this digest. Sending goes on there, or begins anew with another file.
        case partial(receivedBytes: UInt64, digest: ContentDigest)
    }

    /// By index. What is not here is missing altogether.
    public var instances: [Int: Instance]

    public init(_ instances: [Int: Instance] = [:]) {
        self.instances = instances
    }

    /// Nothing is there yet.
    public static let empty = StudyStanding()

    public subscript(index: Int) -> Instance? { instances[index] }
}

extension StudyStanding {
    init(_ wire: [WireStanding]) throws(ProtocolError) {
        var instances: [Int: Instance] = [:]
        for standing in wire {
            let index = Int(standing.index)
            guard instances[index] == nil else { throw .violation("two standings of one instance") }
            if standing.complete {
                instances[index] = .complete
            } else {
                guard let digest = ContentDigest(bytes: standing.stegoSha256), standing.receivedBytes > 0 else {
                    throw .violation("a standing that makes no sense")
                }
                instances[index] = .partial(receivedBytes: standing.receivedBytes, digest: digest)
            }
        }
        self.init(instances)
    }

    var wire: [WireStanding] {
        instances.sorted { $0.key < $1.key }.map { index, instance in
            .with {
                $0.index = UInt32(clamping: index)
                switch instance {
                case .complete: $0.complete = true
                case .partial(let receivedBytes, let digest):
                    $0.receivedBytes = receivedBytes
                    $0.stegoSha256 = .init(digest.bytes)
                }
            }
        }
    }
}

/// A receiver's answer when a study is opened: the part of it that it already has.
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
