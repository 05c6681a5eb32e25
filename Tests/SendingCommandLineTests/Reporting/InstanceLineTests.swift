import Foundation
import Sending
import Testing

@testable import SendingCommandLine
@testable import StegoKit

/// The `instance` line, as docs/json/sending.md describes it.
@Suite struct InstanceLineTests {
    private func line(_ event: SenderEvent.Instance) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(event)) as? [String: Any])
    }

    private func report(_ parameters: [String: Int]?) -> SealReport {
        SealReport(
            method: "stc", record: .pixels, bitsHidden: 8, peakSignalToNoiseRatio: 60, maximumChange: 1, changedSamples: 4,
            embeddingEfficiency: 2, methodParameters: parameters, regionCoverage: 0.5, regionSource: "anatomy", originalByteCount: 10,
            recordByteCount: 5, stegoByteCount: 7, transferSyntax: "1.2.840.10008.1.2.1", exactness: .bytes, notes: ["a note"],
            encodingReason: "asked for", redactedRegions: 2, redactedShare: 0.1, redactionSource: "detector", probablyShowsText: true)
    }

    @Test func everyFieldIsInIt() throws {
        var event = SenderEvent.Instance(
            "a", .delivered, study: "2.25.1", report: report(["constraintHeight": 12]), wireBytes: 9)
        (event.reason, event.path) = ("none", "here")
        let fields = try line(event)
        #expect(fields["constraintHeight"] as? Int == 12 && fields["event"] as? String == "instance")
        // Every stored property but the parameters, which are fields of their own.
        let names = Set(Mirror(reflecting: event).children.compactMap(\.label)).subtracting(["methodParameters"])
        #expect(Set(fields.keys) == names.union(["constraintHeight"]))
    }

    @Test func fieldsThatDoNotApplyAreAbsent() throws {
        #expect(try Set(line(.failed("a", "broken")).keys) == ["event", "name", "status", "reason"])
        #expect(try line(SenderEvent.Instance("a", .sealed, study: "2.25.1", report: report(nil)))["constraintHeight"] == nil)
    }

    /// A parameter that is called like another field would hide it.
    @Test func parametersHaveNamesOfTheirOwn() throws {
        let fields = Set(Mirror(reflecting: SenderEvent.Instance.failed("a", "")).children.compactMap(\.label))
        for method in EmbeddingMethod.all {
            #expect(fields.isDisjoint(with: method.parameters.map(\.name)), "\(method)")
        }
    }
}
