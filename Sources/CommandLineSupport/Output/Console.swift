import Basics
import Foundation
import Synchronization

/// Lines for people.
///
/// They may hold names and reasons that came from a peer, so what would steer a terminal is taken out.
public enum Console {
    /// Writes a line to standard output, at once: it may be a pipe, and people want to see what happens while it does.
    public static func say(_ text: String) {
        OutputQueue.standardOutput.write(line(harmless(text)), orElse: { line("(\(lossText($0)))") })
    }

    /// Writes a line about a failure to standard error; an entry of the log where that is structured.
    public static func complain(_ text: String) {
        if isStructured.load(ordering: .relaxed) { return writeError(entry(harmless(text))) }
        writeError(line("Error: " + harmless(text)))
    }

    /// Writes a text of our own to standard output as it is, such as a card or a help page; a line break at its end is not doubled.
    static func print(_ text: String) {
        OutputQueue.standardOutput.write(text.hasSuffix("\n") ? Data(text.utf8) : line(text), orElse: { line("(\(lossText($0)))") })
    }

    /// Writes what is wrong with a command line, and how it is used, to standard error.
    static func complainAtLength(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { harmless(String($0)) }
        writeError(line(lines.joined(separator: "\n")))
    }

    /// Writes a question to standard error. A line break at its end is kept; without one the answer comes on the same line.
    static func ask(_ text: String) {
        let line = text.hasSuffix("\n") ? harmless(String(text.dropLast())) + "\n" : harmless(text)
        writeError(Data(line.utf8))
    }

    /// Writes to standard error what is complete in itself.
    static func writeError(_ bytes: Data) {
        OutputQueue.standardError.write(bytes) { lost in
            guard isStructured.load(ordering: .relaxed) else { return line("Error: \(lossText(lost))") }
            return entry(lossText(lost))
        }
    }

    private static func entry(_ message: String) -> Data { LogLine(level: "error", label: "veilray", message: message).bytes(.json) }

    private static func lossText(_ lost: Int) -> String { "\(lost) lines are missing here, since nobody read them" }

    private static let isStructured = Atomic(false)

    /// Whether standard error holds JSON objects only.
    static func setStructured(_ isStructured: Bool) {
        self.isStructured.store(isStructured, ordering: .relaxed)
    }

    private static func harmless(_ text: String) -> String { PlainText.harmless(text, limit: nil) }

    private static func line(_ text: String) -> Data { Data((text + "\n").utf8) }
}

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
