import CommandLineSupport
import Foundation

/// Runs `store` in a process of its own and reads its answers.
struct StoreProcess: Sendable {
    let target: StorageTarget
    let calling: ApplicationEntityTitle
    /// For the connection, and for each answer.
    let timeout: Int

    /// Hands files over, in this order; call it on a worker thread.
    ///
    /// - Parameter answered: told of each file as it is answered, by its index.
    /// - Throws: ``ForwardingFailure`` when not all files were answered.
    func run(_ files: [String], answered: (Int, StoreAnswer) throws -> Void) throws {
        let child = try ChildProcess(
            "/proc/self/exe",
            ["store", "--to", target.description, "--calling", calling.text, "--timeout", String(timeout)])
        let list = ([String(files.count)] + files).flatMap { text -> [UInt8] in Array(text.utf8) + [0] }
        var index = 0
        if child.write(list) {
            // GDCM's own timeout has to come first, if it comes.
            while index < files.count, let line = child.readLine(within: timeout * 2 + 5) {
                guard let answer = StoreAnswer(rawValue: line) else { break }
                try answered(index, answer)
                index += 1
            }
        }
        child.end()
        guard index == files.count else {
            throw ForwardingFailure(reason: index == 0 ? "the association was not accepted" : "the association broke")
        }
    }
}

/// A study could not be handed on, as a whole or in part. It is tried again.
struct ForwardingFailure: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
