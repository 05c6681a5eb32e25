import Foundation

/// A request of the key delivery interface of ETSI GS QKD 014 (V1.1.1, 2019), for a transport that has mutual TLS.
public struct QuantumKeyRequest: Hashable, Sendable {
    public let method: String
    /// Absolute path, its parts percent-encoded.
    public let path: String
    /// JSON; empty for GET.
    public let body: [UInt8]

    public init(method: String, path: String, body: [UInt8]) {
        self.method = method
        self.path = path
        self.body = body
    }
}

/// Takes requests to a key management entity over HTTPS with mutual TLS, and brings its answers.
public protocol QuantumKeyTransport: Sendable {
    /// - Returns: the HTTP status and the body.
    func send(_ request: QuantumKeyRequest) async throws -> (status: Int, body: [UInt8])
}

/// A client of ETSI GS QKD 014: a source of real quantum keys. Quantum keys cannot be made in software.
public struct QuantumKeyClient<Transport: QuantumKeyTransport>: Sendable {
    private let transport: Transport
    private let peer: String

    /// The answer to `status` (clause 6.1).
    public struct Status: Hashable, Sendable, Codable {
        /// Bits of a key unless asked otherwise.
        public let keySize: Int
        public let storedKeyCount: Int
        public let maximumKeyCount: Int
        public let maximumKeysPerRequest: Int
        public let maximumKeySize: Int
        public let minimumKeySize: Int

        enum CodingKeys: String, CodingKey {
            case keySize = "key_size"
            case storedKeyCount = "stored_key_count"
            case maximumKeyCount = "max_key_count"
            case maximumKeysPerRequest = "max_key_per_request"
            case maximumKeySize = "max_key_size"
            case minimumKeySize = "min_key_size"
        }
    }

    /// - Parameter peer: the identifier of the other secure application entity: the slave where this side asks for new keys, the
    ///   master where it asks for keys by their numbers.
    public init(_ transport: Transport, peer: String) {
        self.transport = transport
        self.peer = peer
    }

    /// GET /api/v1/keys/{slave}/status.
    ///
    /// - Throws: ``CipherError``: `library` for an HTTP status other than 200, `malformed`; and the transport's errors.
    public func status() async throws -> Status {
        try await ask("status", method: "GET", body: [], as: Status.self)
    }

    /// POST /api/v1/keys/{slave}/enc_keys: new keys, whose numbers the peer is told.
    ///
    /// - Parameters:
    ///   - count: at least 1.
    ///   - bits: a multiple of 8, at least 128.
    /// - Throws: as ``status()``, `invalidParameter`, `invalidKey`.
    public func newKeys(_ count: Int, bits: Int = 256) async throws -> [QuantumKey] {
        guard count >= 1, bits >= 128, bits % 8 == 0 else {
            throw CipherError(.invalidParameter, "at least one key of at least 128 bits in whole bytes")
        }
        let body = Array(#"{"number":\#(count),"size":\#(bits)}"#.utf8)
        let keys = try await ask("enc_keys", method: "POST", body: body, as: Container.self).quantumKeys()
        guard keys.count == count, keys.allSatisfy({ $0.secret.bitCount == bits }) else {
            throw CipherError(.malformed, "the key management entity sent other keys than were asked for")
        }
        return keys
    }

    /// POST /api/v1/keys/{master}/dec_keys: the keys with these numbers.
    ///
    /// - Throws: as ``status()``, `invalidKey`.
    public func keys(numbered identifiers: [String]) async throws -> [QuantumKey] {
        let body = try JSONEncoder().encode(["key_IDs": identifiers.map { ["key_ID": $0] }])
        let keys = try await ask("dec_keys", method: "POST", body: Array(body), as: Container.self).quantumKeys()
        guard keys.map(\.identifier) == identifiers else {
            throw CipherError(.malformed, "the key management entity sent other keys than were asked for")
        }
        return keys
    }

    private struct Container: Decodable {
        struct Key: Decodable {
            let key_ID: String
            let key: String
        }
        let keys: [Key]

        func quantumKeys() throws(CipherError) -> [QuantumKey] {
            var result: [QuantumKey] = []
            for key in keys {
                guard let bytes = Data(base64Encoded: key.key) else { throw CipherError(.malformed, "a quantum key is not in Base64") }
                result.append(try QuantumKey(identifier: key.key_ID, bytes: Array(bytes)))
            }
            return result
        }
    }

    private func ask<Answer: Decodable>(_ what: String, method: String, body: [UInt8], as: Answer.Type) async throws -> Answer {
        guard let peer = peer.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))) else {
            throw CipherError(.invalidParameter, "the peer's identifier cannot be written in a path")
        }
        let answer = try await transport.send(QuantumKeyRequest(method: method, path: "/api/v1/keys/\(peer)/\(what)", body: body))
        guard answer.status == 200 else {
            throw CipherError(.library, "the key management entity answered \(what) with status \(answer.status)")
        }
        do { return try JSONDecoder().decode(Answer.self, from: Data(answer.body)) } catch {
            throw CipherError(.malformed, "the key management entity's answer to \(what) is not what ETSI GS QKD 014 says")
        }
    }
}
