import Basics
import CLinux
import Foundation
import TestSupport
import Testing

@testable import CommandLineSupport

/// A reader that reads gets every line at once; one that does not is waited for a moment only.
@Suite(.timeLimit(.minutes(1))) final class OutputQueueTests: Sendable {
    private let reader: Int32
    private let writer: FileHandle

    init() throws {
        var descriptors: [Int32] = [-1, -1]
        try #require(CLinux_pipe(&descriptors) == 0)
        reader = descriptors[0]
        writer = FileHandle(fileDescriptor: descriptors[1], closeOnDealloc: true)
    }

    deinit { close(reader) }

    private func line(_ number: Int, _ byteCount: Int = 1000) -> Data {
        Data((String(number).padding(toLength: byteCount - 1, withPad: ".", startingAt: 0) + "\n").utf8)
    }

    private let note: OutputQueue.LossNote = { Data("lost \($0)\n".utf8) }

    /// Numbers of the lines that can be read until `count` have come; a note as the negative of what it says.
    private func read(_ count: Int) throws -> [Int] {
        var bytes = Data()
        while bytes.count(where: { $0 == 0x0A }) < count {
            var block = [UInt8](repeating: 0, count: 1 << 16)
            let got = Foundation.read(reader, &block, block.count)
            try #require(got > 0)
            bytes += block.prefix(got)
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            if line.hasPrefix("lost ") { return Int(line.dropFirst(5)).map { -$0 } }
            return Int(line.prefix { $0 != "." })
        }
    }

    @Test func aLineIsOutWhenItsCallReturns() throws {
        let queue = OutputQueue(writer)
        for number in 1...20 {
            #expect(queue.write(line(number), orElse: note) == .written)
            #expect(try read(1) == [number])
        }
        #expect(!queue.isBehind)
    }

    @Test func aReaderThatStopsHoldsNobodyUp() throws {
        let queue = OutputQueue(writer, limit: 1 << 20)
        var outcomes: [OutputQueue.Outcome] = []
        for number in 1...2000 { outcomes.append(queue.write(line(number), orElse: note)) }
        // One of them waits for its moment, not two thousand.
        #expect(queue.isBehind)
        let lost = outcomes.count { $0 == .dropped }
        #expect(lost > 0)
        #expect(outcomes.firstIndex(of: .dropped) == 2000 - lost, "what was accepted before is kept")
        // What is lost is said where it is missing, and the lines after it come again.
        let kept = Array(1...2000 - lost)
        #expect(try read(kept.count + 1) == kept + [-lost])
        queue.finish(by: .now + .seconds(60))
        #expect(queue.write(line(7), orElse: note) == .written)
        #expect(try read(1) == [7])
        #expect(!queue.isBehind)
    }

    @Test func theEndWaitsForAReaderThatReads() async throws {
        let queue = OutputQueue(writer)
        for number in 1...200 { queue.write(line(number), orElse: note) }
        #expect(queue.isBehind)
        let numbers = BlockingWork { [self] in try read(200) }
        #expect(queue.finish(by: .now + .seconds(60)) == nil)
        #expect(try await numbers.value == Array(1...200))
    }

    @Test func theEndDoesNotWaitForEver() throws {
        let queue = OutputQueue(writer)
        for number in 1...200 { queue.write(line(number), orElse: note) }
        #expect(queue.finish(by: .now + .milliseconds(50)) == .unread)
        _ = try read(200)
    }

    @Test func aReaderThatIsGoneIsTold() throws {
        signal(SIGPIPE, SIG_IGN)
        var descriptors: [Int32] = [-1, -1]
        try #require(CLinux_pipe(&descriptors) == 0)
        close(descriptors[0])
        let writer = FileHandle(fileDescriptor: descriptors[1], closeOnDealloc: true)
        let queue = OutputQueue(writer)
        #expect(queue.write(line(1), orElse: note) == .failed(EPIPE))
        #expect(queue.write(line(2), orElse: note) == .failed(EPIPE))
        #expect(queue.finish(by: .now + .seconds(60)) == .failed(EPIPE))
    }

    @Test func aDescriptorThatDoesNotBlockLosesNothing() async throws {
        let descriptor = writer.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0)
        let queue = OutputQueue(writer)
        let numbers = BlockingWork { [self] in try read(500) }
        for number in 1...500 { queue.write(line(number), orElse: note) }
        queue.finish(by: .now + .seconds(60))
        #expect(try await numbers.value == Array(1...500))
    }
}
