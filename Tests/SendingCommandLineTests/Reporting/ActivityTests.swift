import Foundation
import Testing

@testable import SendingCommandLine

/// What a terminal shows of a large file while it is sealed and sent.
@Suite struct ActivityTests {
    private let start = ContinuousClock.now

    @Test func nothingIsDone() {
        #expect(Activity().description(at: start).isEmpty)
    }

    @Test func theOldestFileThatIsSealed() {
        var activity = Activity()
        let first = UUID()
        activity.beginSealing(first, "a.dcm", 126_000_000, at: start)
        activity.beginSealing(UUID(), "b.dcm", 1000, at: start + .seconds(5))
        #expect(activity.description(at: start + .seconds(12)) == "sealing a.dcm, 126.0 MB, for 12 s")
        activity.endSealing(first)
        #expect(activity.description(at: start + .seconds(12)) == "sealing b.dcm, 1.0 kB, for 7.0 s")
    }

    @Test func bytesOfTheFileThatIsSent() {
        var activity = Activity()
        activity.sends(10_000_000, of: "a.dcm", 45_100_000)
        activity.sends(2_300_000, of: "a.dcm", 45_100_000)
        #expect(activity.description(at: start) == "sending a.dcm, 12.3 MB of 45.1 MB")
        #expect(activity.sentBytes == 12_300_000)
        activity.sends(32_800_000, of: "a.dcm", 45_100_000)
        #expect(activity.description(at: start).isEmpty, "all of it is gone")
        activity.sends(5, of: "b.dcm", 10)
        #expect(activity.description(at: start) == "sending b.dcm, 5 B of 10 B")
    }

    @Test func longNamesAreShortened() {
        var activity = Activity()
        activity.sends(1, of: String(repeating: "x", count: 100) + "/image.dcm", 2)
        #expect(activity.description(at: start).contains("…xxx"))
        #expect(activity.description(at: start).contains("/image.dcm, 1 B of 2 B"))
        #expect(activity.description(at: start).count < 60)
    }
}
