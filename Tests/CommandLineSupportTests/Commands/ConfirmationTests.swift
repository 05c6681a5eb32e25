import Basics
import Testing

@testable import CommandLineSupport

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
