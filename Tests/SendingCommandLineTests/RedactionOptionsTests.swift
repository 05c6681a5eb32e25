import ArgumentParser
import Basics
import Files
import Foundation
import Sending
import StegoKit
import Testing

@testable import SendingCommandLine

@Suite struct RedactionOptionsTests {
    private func policy(_ arguments: String...) throws -> RedactionPolicy { try RedactionOptions.parse(arguments).policy() }

    @Test func textIsFilledUnlessSomethingElseIsSaid() throws {
        #expect(try policy() == RedactionPolicy(.redact))
        #expect(try policy("--burned-in", "keep") == RedactionPolicy(.keep))
        let rectangles = [try RedactionRectangle("1,2,3,4"), try RedactionRectangle("-5,6,7,8")]
        #expect(
            try policy("--burned-in", "enclose", "--redact", "1,2,3,4", "--redact", "-5,6,7,8")
                == RedactionPolicy(.enclose, rectangles: rectangles))
    }

    @Test(arguments: [["--burned-in", "remove"], ["--redact", "1,2,3"], ["--redact", "1,2,0,4"], ["--redact", "a"]])
    func contradictions(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try RedactionOptions.parse(arguments) }
    }

    @Test func fileOfRules() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "veilray-rules-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(#"{"rules": [{"model": "HDI", "rectangles": [[0, 0, 640, 48]]}]}"#.utf8).write(to: URL(filePath: path))
        let rules = try policy("--redaction-rules", path).rules
        let banner = try RedactionRectangle("0,0,640,48")
        #expect(rules.count == 1 && rules[0].model == "HDI" && rules[0].rectangles == [banner])
        try Data(#"{"rules": [{"modell": "HDI", "whole": true}]}"#.utf8).write(to: URL(filePath: path))
        #expect {
            try policy("--redaction-rules", path)
        } throws: {
            ($0 as? OperationFailure)?.kind == .invalidRequest
        }
        #expect(throws: FileError.self) { try policy("--redaction-rules", path + ".missing") }
    }

    /// What is kept with a study comes back; a study from before text was looked for is sealed like a new one.
    @Test func choicesAreKept() throws {
        let rules = try RedactionRule.rules(json: Array(#"{"rules": [{"modality": "US", "whole": true}]}"#.utf8))
        let policy = RedactionPolicy(.keep, rectangles: [try RedactionRectangle("1,2,3,4")], rules: rules)
        let choices = SealingChoices(method: .reversible, codec: .j2k, effort: .auto, redaction: policy)
        let kept = try JSONDecoder().decode(SealingChoices.self, from: JSONEncoder().encode(choices))
        #expect(kept == choices)
        #expect(try kept.options(region: .everywhere).redaction == policy)
        let old = try JSONDecoder().decode(SealingChoices.self, from: Data(#"{"method": "stc", "codec": "j2k", "effort": "auto"}"#.utf8))
        #expect(try old.options(region: .everywhere).redaction == RedactionPolicy(.redact))
    }

    /// One warning, for the first image that probably shows text and is sent as it is.
    @Test func aPersonIsWarnedOnce() {
        var summary = RedactionSummary()
        var instance = SenderEvent.Instance(name: "a", status: .sealed)
        #expect(summary.warning(for: instance) == nil && summary.line == nil)
        instance.probablyShowsText = true
        #expect(summary.warning(for: instance)?.contains("keep") == true)
        #expect(summary.warning(for: instance) == nil)
        (instance.redactedRegions, instance.redactedShare) = (3, 0.25)
        summary.add(instance)
        #expect(summary.line == "Filled for the journey: 3 regions of 1 image, 25.0 % of each on average; restored exactly.")
    }
}
