import Foundation
import Synchronization
import TestSupport
import Testing

@testable import CommandLineSupport

@Suite struct JSONLinesTests {
    private struct Event: Encodable {
        var number: Int
        var text = ""
        var value: Double?
    }

    private struct Unencodable: Encodable {
        struct Refusal: Error {}
        func encode(to encoder: any Encoder) throws { throw Refusal() }
    }

    private final class Complaints: Sendable {
        private let texts = Mutex<[String]>([])
        func add(_ text: String) { texts.withLock { $0.append(text) } }
        var count: Int { texts.withLock { $0.count } }
    }

    private let folder: TemporaryFolder
    private let complaints = Complaints()
    private let lines: JSONLines

    init() throws {
        folder = try TemporaryFolder()
        let output = try #require(FileHandle(forWritingAtPath: folder.write("", as: "output")))
        lines = JSONLines(to: output, complain: { [complaints] in complaints.add($0) })
    }

    private var written: [[String: Any]] {
        get throws {
            let text = try #require(folder.text("output"))
            #expect(text.isEmpty || text.hasSuffix("\n"))
            return try text.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
        }
    }

    @Test func wholeLinesFromManyTasks() async throws {
        let count = 400
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask { lines.write(Event(number: number, text: String(repeating: "é\n/", count: number * 20))) }
            }
        }
        let numbers = try written.compactMap { $0["number"] as? Int }
        #expect(numbers.sorted() == Array(0..<count))
        #expect(complaints.count == 0)
    }

    @Test func numbersThatJSONDoesNotHave() throws {
        for value in [Double.infinity, -.infinity, .nan, 1.5] { lines.write(Event(number: 1, value: value)) }
        let values = try written.map { $0["value"] }
        #expect(values.compactMap { $0 as? String } == ["Infinity", "-Infinity", "NaN"])
        #expect(values.last as? Double == 1.5)
    }

    @Test func whatIsMissingIsLeftOut() throws {
        lines.write(Event(number: 1))
        #expect(folder.text("output") == #"{"number":1,"text":""}"# + "\n")
    }

    @Test func aLostEventIsToldOnce() throws {
        lines.write(Unencodable())
        lines.write(Event(number: 1))
        lines.write(Unencodable())
        #expect(try written.count == 1)
        #expect(complaints.count == 1)
    }

    @Test func outputThatTakesNothing() throws {
        let full = JSONLines(to: try #require(FileHandle(forWritingAtPath: "/dev/full")), complain: { complaints.add($0) })
        full.write(Event(number: 1))
        full.write(Event(number: 2))
        #expect(complaints.count == 1)
    }
}
