import Crypto
import SeededRandomness
import Synchronization
import TestSupport
import Testing

@testable import Ciphers

@Suite("BB84 in the classroom")
struct BB84Tests {
    @Test("without an eavesdropper both have the same key, and hardly an error")
    func quiet() throws {
        let outcome = try BB84Simulation(photons: 8192).run(seed: 1)
        #expect(outcome.errorRate == 0)
        #expect((3900...4300).contains(outcome.siftedBits))
        #expect(try #require(outcome.key).bits.count > 2000)
    }

    @Test("whoever intercepts all photons makes a quarter of the bits wrong, and there is no key", arguments: UInt64(1)...5)
    func intercepted(seed: UInt64) throws {
        let outcome = try BB84Simulation(photons: 20_000, interception: 1).run(seed: seed)
        #expect((0.22...0.28).contains(outcome.errorRate))
        #expect(outcome.key == nil)
    }

    @Test("errors of the channel are corrected, at the price of a shorter key", arguments: [0.01, 0.03, 0.05])
    func noisy(rate: Double) throws {
        let outcome = try BB84Simulation(photons: 40_000, channelError: rate).run(seed: 2)
        let clean = try #require(try BB84Simulation(photons: 40_000).run(seed: 2).key)
        let key = try #require(outcome.key)
        #expect(outcome.correctedBits > 50)
        #expect(outcome.toldParities > 100)
        #expect(key.bits.count < clean.bits.count)
        let ones = key.bits.count { $0 }
        #expect(abs(Double(ones) / Double(key.bits.count) - 0.5) < 0.05)
    }

    @Test("reconciliation corrects every error", arguments: [1, 10, 40, 100])
    func reconciliation(errors: Int) throws {
        var generator = SplitMix64(seed: UInt64(errors))
        let alice = (0..<2000).map { _ in Bool.random(using: &generator) }
        var bob = alice
        for place in alice.indices.shuffled(using: &generator).prefix(errors) { bob[place].toggle() }
        var reconciliation = ParityReconciliation(alice: alice, bob: bob, errorRate: Double(errors) / 2000)
        reconciliation.run(&generator)
        #expect(reconciliation.bob == alice)
        #expect(reconciliation.corrections >= errors)
    }

    @Test("Toeplitz' product by hand, and it is linear")
    func toeplitz() {
        // Rows are seed[i + 2 − j]: (1 0 1) and (1 1 0) for the seed 1 0 1 1.
        let seed = [true, false, true, true]
        #expect(PrivacyAmplification.toeplitz([true, true, false], seed: seed, length: 2) == [true, false])
        #expect(PrivacyAmplification.toeplitz([false, false, true], seed: seed, length: 2) == [true, false])
        #expect(PrivacyAmplification.toeplitz([true, true, true], seed: seed, length: 2) == [false, false])
    }

    @Test("parameters outside their ranges are refused")
    func parameters() {
        #expect(throws: CipherError.self) { try BB84Simulation(photons: 10) }
        #expect(throws: CipherError.self) { try BB84Simulation(photons: 100, interception: 1.5) }
        #expect(throws: CipherError.self) { try BB84Simulation(photons: 100, channelError: -.infinity) }
    }
}

@Suite("Keys by ETSI GS QKD 014")
struct QuantumKeyTests {
    /// Answers as a key management entity does, and notes what it was asked.
    private final class Entity: QuantumKeyTransport {
        let asked = Mutex<[QuantumKeyRequest]>([])
        let answer: (status: Int, body: String)

        init(_ status: Int, _ body: String) { answer = (status, body) }

        func send(_ request: QuantumKeyRequest) async throws -> (status: Int, body: [UInt8]) {
            asked.withLock { $0.append(request) }
            return (answer.status, Array(answer.body.utf8))
        }
    }

    private static let keys = """
        {"keys":[{"key_ID":"bc490419-7d60-487f-adc1-4ddcc177c139","key":"wHHVxRwDJs3/bXd38GHP3oe4svTuRpZS0yCC7x4Ly+s="}]}
        """

    @Test("new keys: path, body and answer are those of the specification")
    func newKeys() async throws {
        let entity = Entity(200, Self.keys)
        let keys = try await QuantumKeyClient(entity, peer: "slave SAE/1").newKeys(1)
        #expect(keys.map(\.identifier) == ["bc490419-7d60-487f-adc1-4ddcc177c139"])
        let request = try #require(entity.asked.withLock { $0.first })
        #expect(request.method == "POST")
        #expect(request.path == "/api/v1/keys/slave%20SAE%2F1/enc_keys")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"number":1,"size":256}"#)
        #expect(!"\(keys[0])".contains("wHHV"))
    }

    @Test("keys by their numbers")
    func numberedKeys() async throws {
        let entity = Entity(200, Self.keys)
        let client = QuantumKeyClient(entity, peer: "master")
        #expect(try await client.keys(numbered: ["bc490419-7d60-487f-adc1-4ddcc177c139"]).count == 1)
        let body = try #require(entity.asked.withLock { $0.first }).body
        #expect(String(decoding: body, as: UTF8.self) == #"{"key_IDs":[{"key_ID":"bc490419-7d60-487f-adc1-4ddcc177c139"}]}"#)
        await #expect(throws: CipherError.self) { try await client.keys(numbered: ["another"]) }
    }

    @Test("status")
    func status() async throws {
        let entity = Entity(
            200,
            """
            {"source_KME_ID":"AAAABBBBCCCCDDDD","target_KME_ID":"EEEEFFFFGGGGHHHH","master_SAE_ID":"IIIIJJJJKKKKLLLL",
            "slave_SAE_ID":"MMMMNNNNOOOOPPPP","key_size":352,"stored_key_count":25000,"max_key_count":100000,
            "max_key_per_request":128,"max_key_size":1024,"min_key_size":64,"max_SAE_ID_count":0}
            """)
        let status = try await QuantumKeyClient(entity, peer: "MMMMNNNNOOOOPPPP").status()
        #expect((status.keySize, status.storedKeyCount, status.maximumKeySize) == (352, 25_000, 1024))
    }

    @Test("refusals and nonsense are typed errors")
    func refusals() async throws {
        await #expect(throws: CipherError(.library, "the key management entity answered enc_keys with status 503")) {
            try await QuantumKeyClient(Entity(503, "{}"), peer: "x").newKeys(1)
        }
        for body in ["", "[]", #"{"keys":[{"key_ID":"a","key":"!!"}]}"#, #"{"keys":[]}"#, #"{"keys":[{"key_ID":"a","key":"AAAA"}]}"#] {
            await #expect(throws: CipherError.self) { try await QuantumKeyClient(Entity(200, body), peer: "x").newKeys(1) }
        }
        await #expect(throws: CipherError.self) { try await QuantumKeyClient(Entity(200, Self.keys), peer: "x").newKeys(0) }
        await #expect(throws: CipherError.self) { try await QuantumKeyClient(Entity(200, Self.keys), peer: "x").newKeys(1, bits: 129) }
    }

    @Test("a quantum key is mixed as the salt of HKDF-Extract (RFC 5869 section 2.2)")
    func mixing() throws {
        let salt = try QuantumKey(identifier: "a", bytes: (0..<16).map(UInt8.init))
        let mixed = salt.mixed(into: SymmetricKey(data: [UInt8](repeating: 0x0B, count: 22)))
        let expected = HMAC<SHA256>.authenticationCode(
            for: [UInt8](repeating: 0x0B, count: 22), using: SymmetricKey(data: (0..<16).map(UInt8.init)))
        #expect(mixed.withUnsafeBytes { Array($0) } == Array(expected))
        #expect(throws: CipherError.self) { try QuantumKey(identifier: "a", bytes: [1, 2, 3]) }
    }
}
