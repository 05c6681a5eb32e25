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

@Suite struct ConfirmationTests {
    private func require(isGiven: Bool = false, isTerminal: Bool = true, answer: String?) throws {
        try Confirmation.require(isGiven: isGiven, ["a study"], "Discard it?", isTerminal: isTerminal) { answer }
    }

    @Test(arguments: ["y", "yes", "YES"]) func agreed(_ answer: String) throws {
        try require(answer: answer)
    }

    @Test(arguments: ["", "n", "yess", nil]) func notAgreed(_ answer: String?) {
        let failure = #expect(throws: OperationFailure.self) { try require(answer: answer) }
        #expect(failure?.kind == .temporary)
    }

    @Test func withoutATerminalItMustBeSaidBefore() throws {
        let failure = #expect(throws: OperationFailure.self) { try require(isTerminal: false, answer: "y") }
        #expect(failure?.kind == .invalidRequest)
        #expect(failure?.description.contains("--yes") == true)
        try require(isGiven: true, isTerminal: false, answer: nil)
    }

    @Test func aQuestionMayHaveItsOwnWays() throws {
        func ask(isTerminal: Bool) -> OperationFailure? {
            #expect(throws: OperationFailure.self) {
                try Confirmation.require(
                    isGiven: false, [], "Trust it?", otherwise: "give the fingerprint", refusal: .notTrusted, isTerminal: isTerminal
                ) { "n" }
            }
        }
        #expect(ask(isTerminal: true)?.kind == .notTrusted)
        #expect(ask(isTerminal: false)?.description.contains("give the fingerprint") == true)
    }
}
