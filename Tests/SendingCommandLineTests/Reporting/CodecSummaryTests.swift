import Sending
import Testing

@testable import SendingCommandLine

@Suite struct CodecSummaryTests {
    private func summary(_ files: [(codec: String, why: String?)]) -> CodecSummary {
        var summary = CodecSummary()
        for file in files {
            var instance = SenderEvent.Instance(name: "a", status: .delivered)
            (instance.codec, instance.why) = (.init(rawValue: file.codec), file.why)
            summary.add(instance)
        }
        return summary
    }

    @Test func oneCodecAndWhy() {
        let summary = summary([("htj2k", "least time, until the link is known"), ("htj2k", "least time, since the link keeps up")])
        #expect(summary.line == "Codec htj2k: least time, since the link keeps up.")
        #expect(summary.codecs == ["htj2k": 2])
    }

    @Test func theCodecOfMostFilesHasTheWord() {
        let line = summary([("htj2k", "to measure it"), ("j2k", "fewest bytes"), ("none", nil), ("j2k", "fewest bytes")]).line
        #expect(line == "Codec j2k for 2 of 4 files: fewest bytes; htj2k for 1; none for 1.")
    }

    @Test func nothingToSay() {
        var summary = CodecSummary()
        summary.add(.failed("a", "no DICOM"))
        #expect(summary.line == nil)
        #expect(self.summary([("j2k", nil)]).line == "Codec j2k.")
    }
}
