import SeededRandomness
import Testing

@testable import Marks

@Suite("Headers bound to pixels")
struct HeaderCommitmentTests {
    private let blind: HeaderBlind

    init() throws { blind = try #require(HeaderBlind(bytes: [UInt8](0..<16))) }

    private static let values: [String: [String]] = [
        "PatientID": ["4711"], "PatientName": ["Doe^Jane^^^"], "PatientBirthDate": ["19610203"], "StudyInstanceUID": ["1.2.3"],
        "PixelSpacing": ["0.488281", "0.488281"], "Laterality": ["L"], "KVP": ["120"], "StudyTime": ["101112.500"],
    ]

    private static func header(_ changes: [String: [String]] = [:]) -> HeaderValues {
        let all = values.merging(changes) { $1 }
        return HeaderValues { all[$0.keyword] ?? [] }
    }

    @Test("There are 51 attributes in four groups, each once, in 217 bytes")
    func attributes() {
        #expect(HeaderAttribute.all.count == 51)
        #expect(Set(HeaderAttribute.all.map(\.tag)).count == 51)
        #expect(HeaderCommitment(Self.header(), blind).bytes.count == 217)
    }

    @Test(
        "Spellings of one value are one value",
        arguments: [
            ("KVP", ["120.0"]), ("KVP", ["+1.2e2 "]), ("PatientName", ["Doe ^Jane"]), ("PatientID", [" 4711 "]),
            ("StudyTime", ["101112.5"]), ("PixelSpacing", [".488281", "4.88281E-1"]), ("ViewPosition", [""]),
        ] as [(String, [String])])
    func spellings(keyword: String, values: [String]) {
        #expect(Self.header([keyword: values]) == Self.header())
    }

    @Test(
        "Numbers are the shortest plain decimal",
        arguments: [("-0.00", "0"), ("1E+3", "1000"), ("-1.50e-2", "-0.015"), ("abc", "abc"), ("1e9999", "1e9999")])
    func numbers(text: String, canonical: String) { #expect(CanonicalValue.number(text) == canonical) }

    @Test("Each attribute that differs is named, with what it means")
    func findings() throws {
        let commitment = HeaderCommitment(Self.header(), blind)
        #expect(commitment.findings(Self.header(), blind).isEmpty)
        for attribute in HeaderAttribute.all {
            let found = commitment.findings(Self.header([attribute.keyword: ["77"]]), blind)
            #expect(found.map(\.attribute) == [attribute])
            let expected: HeaderFinding.Verdict =
                switch attribute.group {
                case .patient, .study: .usurped
                case .geometry: .dangerous
                case .acquisition: .changed
                }
            #expect(found.map(\.verdict) == [expected])
        }
    }

    @Test("What an archive says to have replaced is coerced, only if it says the truth; what is gone is removed")
    func coerced() throws {
        let commitment = HeaderCommitment(Self.header(), blind)
        let now = Self.header(["PatientID": ["0815"]])
        let honest = HeaderValues { $0.keyword == "PatientID" ? ["4711"] : [] }
        let lying = HeaderValues { $0.keyword == "PatientID" ? ["4712"] : [] }
        #expect(commitment.findings(now, blind, originals: [honest]).map(\.verdict) == [.coerced])
        #expect(commitment.findings(now, blind, originals: [lying]).map(\.verdict) == [.usurped])
        #expect(commitment.findings(Self.header(["PatientName": []]), blind).map(\.verdict) == [.removed])
        #expect(commitment.findings(Self.header(["Laterality": ["R"]]), blind, originals: [honest]).map(\.verdict) == [.dangerous])
    }

    @Test("Without the blind a commitment is another one")
    func blinded() throws {
        let other = try #require(HeaderBlind(bytes: [UInt8](repeating: 9, count: 16)))
        #expect(HeaderCommitment(Self.header(), blind) != HeaderCommitment(Self.header(), other))
    }
}
