import CCurl
import Ciphers
import Concurrency

/// HTTPS with certificates on both sides, to a key management entity of ETSI GS QKD 014 (clause 5.1).
struct MutualTLSTransport: QuantumKeyTransport {
    /// Why there was no answer.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Seconds for one exchange.
    private static let timeout = 30
    /// The most bytes of an answer; a thousand keys have fewer.
    private static let limit = 1 << 20

    /// `https://HOST:PORT`, without a path.
    let entity: String
    /// PEM files of this side's certificate and key, and of the authority that certified the entity.
    let certificate, key, authority: String
    let pool: WorkerPool

    func send(_ request: QuantumKeyRequest) async throws -> (status: Int, body: [UInt8]) {
        try await pool.run { try exchange(request) }
    }

    /// Blocks.
    private func exchange(_ request: QuantumKeyRequest) throws(Failure) -> (status: Int, body: [UInt8]) {
        var answer = CCurl_answer()
        defer { CCurl_free_answer(&answer) }
        (entity + request.path).withCString { url in
            request.method.withCString { method in
                certificate.withCString { certificate in
                    key.withCString { key in
                        authority.withCString { authority in
                            request.body.withUnsafeBufferPointer { body in
                                var exchange = CCurl_request(
                                    url: url, method: method, body: body.baseAddress, body_count: body.count, certificate: certificate,
                                    key: key, authority: authority, timeout: Self.timeout, limit: Self.limit)
                                CCurl_exchange(&exchange, &answer)
                            }
                        }
                    }
                }
            }
        }
        guard answer.status != 0 else {
            let reason = withUnsafeBytes(of: &answer.error) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw Failure(description: "no answer from the key management entity at \(entity): \(reason)")
        }
        return (Int(answer.status), Array(UnsafeBufferPointer(start: answer.bytes, count: answer.count)))
    }
}
