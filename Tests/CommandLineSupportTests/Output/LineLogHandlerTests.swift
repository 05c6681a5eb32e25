import Foundation
import Testing

@testable import CommandLineSupport

@Suite struct LogLineTests {
    /// 2026-11-29 12:34:56.750 UTC.
    private static let time = Date(timeIntervalSince1970: 1_795_955_696.75)

    @Test func theTimeIsWhole() {
        var line = LogLine(time: Self.time, level: "error", label: "veilray", message: "")
        #expect(line.timeText == "2026-11-29T12:34:56.750Z")
        line.time = Date(timeIntervalSince1970: 0)
        #expect(line.timeText == "1970-01-01T00:00:00.000Z")
    }

    @Test func anObjectForMachines() {
        let line = LogLine(time: Self.time, level: "error", label: "veilray", message: "a\nb", metadata: ["file": "x", "time": "y"])
        let text = #"{"file":"x","label":"veilray","level":"error","message":"a\nb","time":"2026-11-29T12:34:56.750Z"}"#
        #expect(String(decoding: line.bytes(.json), as: UTF8.self) == text + "\n")
    }

    @Test func aLineForPeopleThatSteersNoTerminal() {
        let metadata = ["reason": "a\n\u{1B}[2Jb", "address": "::1"]
        let line = LogLine(time: Self.time, level: "warning", label: "veilray.send", message: "left", metadata: metadata)
        let text = "2026-11-29T12:34:56.750Z warning veilray.send: left address=::1 reason=a  [2Jb\n"
        #expect(String(decoding: line.bytes(.text), as: UTF8.self) == text)
    }
}
