import Basics
import Foundation

/// Asks a person before something that cannot be undone.
public enum Confirmation {
    /// Returns when the person at the terminal agrees, or has agreed on the command line.
    ///
    /// The question goes to standard error: standard output may be read by a script.
    /// - Parameters:
    ///   - isGiven: `--yes`.
    ///   - lines: what is about to happen.
    ///   - question: to be answered by yes or no.
    ///   - otherwise: what to do where nobody can be asked.
    ///   - refusal: the kind of failure when the person does not agree.
    ///   - isTerminal: whether somebody can answer.
    ///   - answer: the answer; `nil` at the end of the input.
    /// - Throws: `OperationFailure`: `.invalidRequest` without a terminal and without `--yes`, `refusal` when the person does not agree.
    public static func require(
        isGiven: Bool, _ lines: [String], _ question: String, otherwise: String = "give --yes to do it without a question",
        refusal: FailureKind = .temporary, isTerminal: Bool = isatty(STDIN_FILENO) != 0,
        answer: () -> String? = { readLine() }
    ) throws(OperationFailure) {
        if isGiven { return }
        guard isTerminal else { throw OperationFailure(.invalidRequest, "there is no terminal to ask at; \(otherwise)") }
        for line in lines { Console.ask(line + "\n") }
        Console.ask("\(question) [y/N] ")
        guard ["y", "yes"].contains(answer()?.lowercased() ?? "") else { throw OperationFailure(refusal, "nothing was changed") }
    }
}
