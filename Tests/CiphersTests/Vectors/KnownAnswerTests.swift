import Basics
import Crypto
import TestSupport
import Testing

@testable import Ciphers

@Suite("Vectors of an independent implementation")
struct KnownAnswerTests {
    static let ciphers: [String: any ImageCipher] = {
        var ciphers = Dictionary(uniqueKeysWithValues: everyCipher.map { ($0.label, $0.cipher) })
        ciphers["blowfish-signcryption"] = try? BlowfishSigncryption(optimiser: nil)
        return ciphers
    }()

    @Test("every cipher makes the bytes that the Python implementation makes", arguments: KnownAnswers.digests.keys.sorted())
    func digests(name: String) throws {
        let cipher = try #require(Self.ciphers[name])
        let digests = try #require(KnownAnswers.digests[name])
        for (shape, digest) in zip(KnownAnswers.shapes, digests) {
            let plane = try CipherInputs.vectorPlane(shape)
            let ciphertext = try cipher.encrypt(plane, key: try CipherInputs.vectorKey())
            let bytes: [UInt8]
            switch ciphertext {
            case .plane(let plane): bytes = PlaneCoding.encode(plane)
            case .container(let container): bytes = container
            }
            #expect(hexadecimal(SHA256.hash(data: bytes)) == digest, "\(name) \(shape)")
            #expect(try cipher.decrypt(ciphertext, key: try CipherInputs.vectorKey()) == plane)
        }
    }

    @Test("every cipher of the registry has vectors")
    func complete() {
        let without = CipherName.allCases.map(\.rawValue).filter { KnownAnswers.digests[$0] == nil }
        #expect(without == ["policy-tree"])
    }

    @Test("a document of policy-tree that the Python implementation made opens")
    func policyDocument() throws {
        let bytes = try bytes(KnownAnswers.policyDocument.joined())
        let plane = try PolicyTree().decrypt(.container(bytes), key: try CipherInputs.vectorKey())
        #expect(plane == (try CipherInputs.vectorPlane(KnownAnswers.shapes[1])))
    }

    @Test("a stage key is bound to stage, place and header")
    func stageKey() throws {
        let content = SymmetricKey(data: (32..<64).map(UInt8.init))
        let key = try StageKey(contentKey: content, stage: .addition, index: 3, header: Array("header".utf8))
        #expect(key.secret.withUnsafeBytes { Array($0) } == (try bytes(KnownAnswers.stageKey)))
        for other in [
            try StageKey(contentKey: content, stage: .dna, index: 3, header: Array("header".utf8)),
            try StageKey(contentKey: content, stage: .addition, index: 2, header: Array("header".utf8)),
            try StageKey(contentKey: content, stage: .addition, index: 3, header: []),
        ] { #expect(other != key) }
        #expect(throws: CipherError.self) { try StageKey(contentKey: SymmetricKey(size: .bits128), stage: .dna, index: 0, header: []) }
        #expect(throws: CipherError.self) { try StageKey(bytes: [1, 2, 3]) }
        #expect("\(key)" == "StageKey(secret)")
    }
}

func bytes(_ text: String) throws -> [UInt8] { try #require([UInt8](hexadecimal: text)) }
