import SeededRandomness
import Testing

@testable import DICOM

@Suite struct ValueTests {
    static let decimals: [(Double, String)] = [
        (0.0, "0"), (1.0, "1"), (-0.5, "-0.5"), (0.48828125, "0.48828125"), (1e-7, "0.0000001"), (123_456_789_012.5, "123456789012.5"),
        (1.0 / 3, "0.33333333333333"), (-1.0 / 3, "-0.3333333333333"), (2.0 / 3, "0.66666666666667"), (1e300, "1E300"),
        (-1.5e-300, "-1.5E-300"),
        (0.1 + 0.2, "0.3"), (99999999999999999.0, "1E17"), (9.99999999999999999, "10"), (1234567890123456.0, "1234567890123456"),
    ]

    @Test(arguments: decimals)
    func decimalStrings(number: Double, text: String) throws {
        #expect(DecimalString.text(number) == text)
    }

    @Test func decimalStringsAreShortAndClose() throws {
        var generator = SplitMix64(seed: 31)
        for _ in 0..<5000 {
            let number = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &generator))
            guard number.isFinite else {
                #expect(DecimalString.text(number) == nil)
                continue
            }
            guard let text = DecimalString.text(number) else {
                Issue.record("no text for \(number)")
                continue
            }
            #expect(text.utf8.count <= 16)
            let back = try #require(Double(text))
            #expect(abs(back - number) <= abs(number) * 1e-8 || back == number || abs(number) > 1e307, "\(number) became \(text)")
        }
    }

    static let uids: [(String, Bool)] = [
        ("1.2.840.10008.1.2", true), ("0", true), ("1.0.3", true), ("", false), ("1..2", false), ("1.02", false), ("1.2.", false),
        ("1.a", false),
    ]

    @Test(arguments: uids)
    func uidSyntax(text: String, isValid: Bool) {
        #expect(UniqueIdentifier.isValid(text) == isValid)
    }

    @Test func longestUIDs() {
        #expect(UniqueIdentifier.isValid(String(repeating: "1.", count: 31) + "12"))
        #expect(!UniqueIdentifier.isValid(String(repeating: "1.", count: 32) + "1"))
    }

    /// PS3.5 §B.2 gives f81d4fae-7dec-11d0-a765-00a0c91e6bf6 as 2.25.329800735698586629295641978511506172918.
    @Test func uidOfTheStandardsExample() {
        let octets: [UInt8] = [0xF8, 0x1D, 0x4F, 0xAE, 0x7D, 0xEC, 0x11, 0xD0, 0xA7, 0x65, 0x00, 0xA0, 0xC9, 0x1E, 0x6B, 0xF6]
        #expect(UniqueIdentifier.fromOctets(octets) == "2.25.329800735698586629295641978511506172918")
        #expect(UniqueIdentifier.isValid(UniqueIdentifier.fromUUID([UInt8](repeating: 0xFF, count: 32))))
    }

    @Test func numbersAndText() {
        #expect(DataElement(.rows, .US, integers: [65535]).integers == [65535])
        #expect(DataElement(.pixelPaddingValue, .SS, integers: [-2000]).integers == [-2000])
        #expect(DataElement(.physicalDeltaX, .FD, doubles: [0.25]).decimals == [0.25])
        #expect(DataElement(.pixelSpacing, .DS, strings: ["0.5 ", " 1e-1"]).decimals == [0.5, 0.1])
        #expect(DataElement(.pixelSpacing, .DS, strings: ["0x10"]).decimals == nil)
        #expect(DataElement(.pixelSpacing, .DS, strings: ["nan"]).decimals == nil)
        #expect(DataElement(.instanceNumber, .IS, strings: ["12.0"]).integers == [12])
        #expect(DataElement(.instanceNumber, .IS, strings: ["twelve"]).integers == nil)
        #expect(DataElement(.patientName, .PN, bytes: [0xE9, 0x20]).strings == ["é"])
        #expect(DataElement(.rows, .US, bytes: [1]).integers == nil)
    }

    @Test func dataSetsStaySorted() {
        let scrambled = [Tag.rows, .patientName, .columns, .sopClassUID, .rows].enumerated().map {
            DataElement($0.element, .US, integers: [$0.offset])
        }
        let dataSet = DataSet(scrambled)
        #expect(dataSet.map(\.tag) == [.sopClassUID, .patientName, .rows, .columns])
        #expect(dataSet[.rows]?.integers == [4])
        var changed = dataSet
        changed[.patientName] = nil
        changed.set(.modality, .CS, "CT")
        #expect(changed.map(\.tag) == [.sopClassUID, .modality, .rows, .columns])
    }
}
