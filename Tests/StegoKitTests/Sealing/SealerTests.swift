import Basics
import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("Sealing")
struct SealerTests {
    private let binding = Array("bound to this".utf8)

    private func code(_ body: () throws -> [UInt8]) -> SealingError.Code? {
        do {
            _ = try body()
            return nil
        } catch { return (error as? SealingError)?.code }
    }

    @Test("sealed records are those of the second implementation")
    func knownRecords() throws {
        for (length, expected) in KnownAnswers.records {
            let plaintext = (0..<length).map { UInt8(truncatingIfNeeded: 7 * $0 + length) }
            let sealed = AuthenticatedSeal(kind: .record, key: try TestKeys.instance())
                .seal(plaintext, .standard, nonce: KnownAnswers.nonce, associatedData: binding)
            #expect(hexadecimal(sealed.bytes) == expected, "length \(length)")
            #expect(try RecordSealer.open(sealed, key: TestKeys.instance(), associatedData: binding) == plaintext)
        }
    }

    @Test("a sealed element is that of the second implementation")
    func knownElement() throws {
        let seal = AuthenticatedSeal(kind: .element, key: try TestKeys.instance())
        #expect(hexadecimal(seal.seal(Array(0..<33), .none, nonce: KnownAnswers.nonce, associatedData: []).bytes) == KnownAnswers.element)
    }

    @Test("what is sealed opens, at every length and under a nonce of its own")
    func roundTrip() throws {
        var generator = SplitMix64(seed: 21)
        let key = try TestKeys.instance()
        for length in [0, 1, 15, 16, 17, 100, 5_000] {
            let plaintext = generator.bytes(length)
            let record = RecordSealer.seal(plaintext, key: key, associatedData: binding)
            #expect(record.bytes.count == length + 2 + SealedRecord.overhead)
            #expect(record != RecordSealer.seal(plaintext, key: key, associatedData: binding))
            #expect(try RecordSealer.open(record, key: key, associatedData: binding) == plaintext)
            let element = ElementSealer.seal(plaintext, key: key, associatedData: binding)
            #expect(try ElementSealer.open(element, key: key, associatedData: binding) == plaintext)
        }
    }

    @Test("another study or another instance is a wrong key")
    func wrongKey() throws {
        let sealed = RecordSealer.seal([1, 2, 3], key: try TestKeys.instance(), associatedData: binding)
        let (otherStudy, otherInstance) = (try TestKeys.instance(1), try TestKeys.study().instanceKey(for: "1.2.3"))
        #expect(code { try RecordSealer.open(sealed, key: otherStudy, associatedData: binding) } == .wrongKey)
        #expect(code { try RecordSealer.open(sealed, key: otherInstance, associatedData: binding) } == .wrongKey)
    }

    @Test("every flipped bit is found and named")
    func flippedBits() throws {
        let key = try TestKeys.instance()
        let sealed = RecordSealer.seal(Array(0..<20), key: key, associatedData: binding).bytes
        for bit in 0..<sealed.count * 8 {
            var bytes = sealed
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let expected: SealingError.Code =
                switch bit {
                case ..<4: .unsupportedVersion
                case ..<8: .notOurs
                case ..<40: .wrongKey
                default: .tampered
                }
            #expect(code { try RecordSealer.open(SealedRecord(bytes: bytes), key: key, associatedData: binding) } == expected, "bit \(bit)")
        }
    }

    @Test("other associated data is tampering")
    func otherAssociatedData() throws {
        let key = try TestKeys.instance()
        let sealed = RecordSealer.seal([1, 2, 3], key: key, associatedData: binding)
        #expect(code { try RecordSealer.open(sealed, key: key, associatedData: []) } == .tampered)
    }

    @Test("short bytes are truncated, cut ones tampered")
    func truncated() throws {
        let key = try TestKeys.instance()
        let sealed = RecordSealer.seal(Array(0..<20), key: key, associatedData: []).bytes
        for length in 0..<sealed.count {
            let expected: SealingError.Code = length < SealedRecord.overhead ? .truncated : .tampered
            let cut = SealedRecord(bytes: Array(sealed.prefix(length)))
            #expect(code { try RecordSealer.open(cut, key: key, associatedData: []) } == expected, "length \(length)")
        }
    }

    @Test("records and elements do not open as each other")
    func kinds() throws {
        let key = try TestKeys.instance()
        let record = RecordSealer.seal([1], key: key, associatedData: [])
        let element = ElementSealer.seal([1], key: key, associatedData: [])
        #expect(code { try ElementSealer.open(record, key: key, associatedData: []) } == .notOurs)
        #expect(code { try RecordSealer.open(element, key: key, associatedData: []) } == .notOurs)
    }

    @Test("other lists of stages are those of the second implementation, and are found again by themselves")
    func stages() throws {
        let key = try TestKeys.instance()
        let plaintext = (0..<20).map { UInt8(truncatingIfNeeded: 7 * $0 + 20) }
        for (names, expected) in KnownAnswers.otherStages {
            let stages = try InnerStages(names: names)
            let sealed = AuthenticatedSeal(kind: .record, key: key)
                .seal(plaintext, stages, nonce: KnownAnswers.nonce, associatedData: binding)
            #expect(hexadecimal(sealed.bytes) == expected, "\(stages)")
            #expect(try RecordSealer.open(sealed, key: key, associatedData: binding) == plaintext, "\(stages)")
        }
    }

    @Test("an unknown stage is refused by its number, authentic nonsense as such")
    func unknownStages() throws {
        let key = try TestKeys.instance()
        for (inside, expected) in [
            ([1, 77, 1, 2, 3], SealingError.Code.unknownInnerStage), ([2, 1, 0], .unknownInnerStage), ([], .malformed), ([1], .malformed),
            ([9, 1, 1, 1, 1, 1, 1, 1, 1, 1], .malformed),
        ] as [([UInt8], SealingError.Code)] {
            #expect {
                try InnerStages.undo(inside, key: key, nonce: KnownAnswers.nonce)
            } throws: {
                let error = $0 as? SealingError
                return error?.code == expected && (!inside.contains(77) || error?.reason.contains("inner stage number 77") == true)
            }
        }
        #expect(code { try InnerStages(names: ["rot13"]).apply(to: [], key: key, nonce: []) } == .unknownInnerStage)
        let tooMany = [String](repeating: "dna", count: InnerStages.maximumCount + 1)
        #expect(code { try InnerStages(names: tooMany).apply(to: [], key: key, nonce: []) } == .malformed)
        let numbers = InnerStages.registry.map { $0.number }
        #expect(Set(numbers).count == numbers.count && !numbers.contains(0))
        #expect(InnerStages.registry.allSatisfy { $0.name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) } })
    }

    @Test("errors speak without secrets")
    func descriptions() {
        #expect(SealingError.wrongKey.description.contains("another key"))
        #expect(SealingError.truncated(byteCount: 3, expected: 33).description.contains("33"))
    }
}
