import CommandLineSupport
import Foundation

/// Runs `store` in a process of its own and reads its answers.
struct StoreProcess: Sendable {
    let target: StorageTarget
    let calling: ApplicationEntityTitle
    /// For the connection, and for each answer.
    let timeout: Int

    /// Hands files over, in this order, until one of them ends the process or all are answered; call it on a worker thread.
    ///
    /// - Parameters:
    ///   - isCancelled: whether to leave off.
    ///   - answered: told of each file as it is answered, by its index.
    /// - Returns: how many files were answered. When it is not all of them, the next one ended the process.
    /// - Throws: ``ForwardingFailure`` when the other side takes no association, or says nothing any more.
    func run(_ files: [String], unless isCancelled: () -> Bool, answered: (Int, StoreAnswer) throws -> Void) throws -> Int {
        let child = try ChildProcess(
            "/proc/self/exe",
            ["store", "--to", target.description, "--calling", calling.text, "--timeout", String(timeout)])
        defer { child.end() }
        let list = ([String(files.count)] + files).flatMap { text -> [UInt8] in Array(text.utf8) + [0] }
        // GDCM's own timeout has to come first, if it comes.
        let patience = timeout * 2 + 5
        guard child.write(list), child.readLine(within: patience, unless: isCancelled) == .line(StoreCommand.opened) else {
            throw ForwardingFailure(reason: "it takes no association", isAway: true)
        }
        for index in files.indices {
            switch child.readLine(within: patience, unless: isCancelled) {
            case .line(let line): try answered(index, StoreAnswer(rawValue: line) ?? .failed)
            case .end: return index
            case .silence: throw ForwardingFailure(reason: "it does not answer")
            }
        }
        return files.count
    }
}

/// A study could not be handed on, as a whole or in part. It is tried again.
struct ForwardingFailure: Error, CustomStringConvertible {
    let reason: String
    /// Whether no other study would fare better now.
    var isAway = false
    var description: String { reason }
}
