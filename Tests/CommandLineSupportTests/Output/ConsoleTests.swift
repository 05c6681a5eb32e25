import Basics
import Testing

@testable import CommandLineSupport

@Suite struct ConsoleTests {
    @Test func nothingSteersTheTerminal() {
        #expect(PlainText.harmless("a\u{1B}[2Jb\r\nc\u{7F}\u{9B}d\u{202E}e\u{2028}f\u{200B}g") == "a [2Jb  c  d e f g")
    }

    @Test func languagesStay() {
        let text = "Praxis Dr. Ülkü – 放射線科 🩻 e\u{301}"
        #expect(PlainText.harmless(text, limit: nil) == text)
    }
}
