import Basics
import TestSupport
import Testing

@testable import Ciphers

@Suite("Paillier beside python-paillier")
struct PaillierJudgeTests {
    private struct Judgement: Decodable {
        let opened, sealed: [String]
    }

    @Test("it opens our ciphertexts and sums, and we open its", .needsPython("phe"))
    func agrees() async throws {
        let arithmetic = try BigArithmetic()
        var stream = try PseudorandomStream(try CipherInputs.key(21), "primes")
        let p = try arithmetic.prime(bits: 512, &stream)
        let q = try arithmetic.prime(bits: 512, &stream)
        let secret = try PaillierPrivateKey(p: p, q: q)
        let messages: [UInt64] = [0, 1, 4095, 65_535, 1 << 40]
        var ciphertexts: [BigNumber] = []
        for message in messages {
            let random = try BigNumber(try stream.bytes(120))
            ciphertexts.append(try secret.publicKey.encrypt(try BigNumber(message), random: random, arithmetic))
        }
        ciphertexts.append(try secret.publicKey.sum(ciphertexts[2], ciphertexts[4], arithmetic))
        var words = ["\(Package.folder)/Tests/CiphersTests/Judges/paillier.py"]
        words += [try text(p, 64), try text(q, 64)]
        words += try ciphertexts.map { try text($0, 256) }
        words += ["--"] + messages.map { String($0, radix: 16) }
        let judgement: Judgement = try await ForeignPrograms.python(words)
        let expected: [UInt64] = messages + [4095 + 1 << 40]
        #expect(judgement.opened == expected.map { String($0, radix: 16) })
        for (sealed, message) in zip(judgement.sealed, messages) {
            let padded = sealed.count % 2 == 0 ? sealed : "0" + sealed
            #expect(try secret.decrypt(try BigNumber(try bytes(padded)), arithmetic).integer() == Int(message))
        }
    }

    private func text(_ number: BigNumber, _ count: Int) throws -> String { hexadecimal(try number.bytes(count)) }
}
