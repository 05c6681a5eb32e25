import Basics
import Reports
import Testing

@Suite struct ReportTextTests {
    private func parts(_ text: String) throws -> [String] {
        try ReportText(Array(text.utf8)).parts.map { "\($0.section): \($0.text)" }
    }

    @Test func headingsMakeParts() throws {
        #expect(
            try parts(Fixtures.text) == [
                "history: Sturz auf der Treppe.",
                "findings: Kein Pneumothorax. Alte Rippenfraktur links.\nשלום — 肺炎?\n\nZweiter Absatz.",
                "impression: Kein frischer Befund.", "recommendation: Kontrolle in 6 Wochen.",
            ])
        #expect(try parts("No fracture.\n") == ["findings: No fracture."])
        #expect(try parts("CONCLUSION : normal\nImpressive: not a heading") == ["impression: normal\nImpressive: not a heading"])
        #expect(try parts("Findings:\n\nImpression:\n x \n") == ["impression: x"])
    }

    @Test func linesEndInOneWay() throws {
        #expect(try ReportText(Array("\u{FEFF}a\r\nb\rc".utf8)).text == "a\nb\nc\n")
        #expect(try ReportText(Array("a\n".utf8)).text == "a\n")
    }

    @Test(
        arguments: [
            [], [0x20, 0x0A], [0xFF, 0xFE, 0x41, 0x00], Array("\u{1B}[2J".utf8), [0x41, 0x00], Array("\u{202E}txt".utf8),
            [UInt8](repeating: 0x41, count: ReportText.maximumByteCount + 1),
        ] as [[UInt8]])
    func brokenTextIsRefused(bytes: [UInt8]) {
        #expect(throws: OperationFailure.self) { try ReportText(bytes) }
    }
}
