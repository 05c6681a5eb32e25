import Foundation
import Testing

@testable import CommandLineSupport

@Suite struct LogHandlerTests {
    /// 2026-11-29 12:34:56.750 UTC.
    private static let time = Date(timeIntervalSince1970: 1_795_955_696.75)

    @Test func theTimeIsWhole() {
        #expect(LogTime.text(Self.time) == "2026-11-29T12:34:56.750Z")
        #expect(LogTime.text(Date(timeIntervalSince1970: 0)) == "1970-01-01T00:00:00.000Z")
    }

    @Test func anObjectForMachines() throws {
        let line = try #require(JSONLogHandler.line(level: "error", label: "veilray", "a\nb", ["file": "x", "time": "y"], time: Self.time))
        let text = #"{"file":"x","label":"veilray","level":"error","message":"a\nb","time":"2026-11-29T12:34:56.750Z"}"#
        #expect(String(decoding: line, as: UTF8.self) == text + "\n")
    }

    @Test func aLineForPeopleThatSteersNoTerminal() {
        let line = TextLogHandler.line(
            level: "warning", label: "veilray.send", "left", ["reason": "a\n\u{1B}[2Jb", "address": "::1"], time: Self.time)
        #expect(
            String(decoding: line, as: UTF8.self) == "2026-11-29T12:34:56.750Z warning veilray.send: left address=::1 reason=a  [2Jb\n")
    }
}
