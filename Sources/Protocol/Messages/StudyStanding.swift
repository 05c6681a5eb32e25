import Basics

/// What a receiver already has of a study, from an earlier session.
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
