import Basics
import CommandLineSupport
import Foundation
import MarkedImages
import Marks

/// A file that could not be worked on.
struct FailedFile: Encodable, Sendable {
    let event = "failed"
    let file: String
    let reason: String
    let kind: FailureKind

    init(_ file: String, _ error: any Error) {
        (self.file, kind) = (file, FailureKind(of: error))
        let text = "\(error)"
        reason = text.hasPrefix("\(file): ") ? String(text.dropFirst(file.count + 2)) : text
    }
}

/// The order of failures: of two, it tells with which a program ends.
enum ExitOrder {
    static func of(_ kind: FailureKind) -> Int32 { ExitStatus(kind).rawValue }
}

/// A file that was marked.
struct MarkedFile: Encodable, Sendable {
    let event = "marked"
    let file: String
    let path: String
    /// `pixels` or `element`.
    let carrier: String
    let reason: String?
    let rung: String?
    let peakRatioDecibels: Double?
    let largestChange: Int32
    let carryingBlocks: Int
    let blocks: Int
    let frames: Int

    init(file: String, path: String, _ marked: FileMarker.Marked) {
        (self.file, self.path) = (file, path)
        carrier = marked.obstacle == nil ? "pixels" : "element"
        (reason, rung) = (marked.obstacle, marked.rung?.description)
        peakRatioDecibels = marked.peakRatio.isFinite ? (marked.peakRatio * 10).rounded() / 10 : nil
        (largestChange, carryingBlocks) = (marked.largestChange, marked.carryingBlocks)
        (blocks, frames) = (marked.blockCount, marked.frameCount)
    }

    /// For a person.
    var line: String {
        guard let peakRatioDecibels, carrier == "pixels" else { return "\(file): marked in its element alone, since \(reason ?? "")" }
        return "\(file): marked, \(peakRatioDecibels) dB, samples changed by at most \(largestChange), "
            + "\(carryingBlocks) of \(blocks) blocks (\(rung ?? ""))"
    }
}

/// Tells of marks that were put on and taken off.
struct MarkReporter: Sendable {
    let json: JSONLines?

    func marked(_ file: MarkedFile) {
        if let json { json.write(file) } else { Console.say(file.line) }
    }

    func failed(_ failure: FailedFile) {
        if let json { json.write(failure) } else { Console.complain("\(failure.file): \(failure.reason)") }
    }

    func finish(_ done: Int, of count: Int, into folder: String) {
        if json == nil { Console.say("\(done) of \(count) files marked into \(folder).") }
    }
}
