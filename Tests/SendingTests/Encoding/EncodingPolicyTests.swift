import Foundation
import SeededRandomness
import StegoKit
import Testing

@testable import Sending

/// The choice of an encoding as a table: situations, and what arrives soonest in each.
@Suite struct EncodingPolicyTests {
    private static let compact = StegoEncoding(.j2k, effort: .compact)
    private static let fast = StegoEncoding(.j2k, effort: .fast)
    private static let highThroughput = StegoEncoding(.htj2k)
    private static let native = StegoEncoding(.none)
    private static let paces = [highThroughput, compact, fast, native].map(EncodingPace.estimate)

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let link: LinkStanding
        var remaining = 100_000_000
        var waiting = 0
        var workers = 2
        var previous: StegoEncoding?
        var files = 100
        var remainingFiles = Int.max
        var waitingSeconds = Double.infinity
        var remembered: Double?
        let expected: StegoEncoding
        let reason: EncodingDecision.Reason
    }

    static let table = [
        Row(testDescription: "no connection yet", link: .absent, expected: compact, reason: .linkAbsent),
        Row(testDescription: "first file", link: .untried, expected: highThroughput, reason: .linkUntried),
        Row(
            testDescription: "nothing arrives and much waits", link: .untried, waiting: 2 << 20, expected: compact,
            reason: .linkSilent(waitingBytes: 2 << 20)),
        Row(
            testDescription: "much waits, but for a moment only", link: .untried, waiting: 2 << 20,
            waitingSeconds: 0.1,
            expected: highThroughput, reason: .linkUntried),
        Row(
            testDescription: "the link keeps up", link: .keepingUp(bytesPerSecond: 20_000_000), previous: compact, expected: highThroughput,
            reason: .linkKeepsUp),
        Row(
            testDescription: "the link keeps up with anything", link: .keepingUp(bytesPerSecond: 1e9), previous: compact, expected: native,
            reason: .linkKeepsUp),
        // Small files: the rate is that at which they were sealed, and no reason for fewer bytes.
        Row(
            testDescription: "the link has always kept up", link: .alwaysKeptUp(bytesPerSecond: 500_000), previous: compact,
            expected: highThroughput, reason: .linkKeepsUp),
        // One file of 100 MB is sealed, sent and restored one after another. compact 7.4 + 54 + 3.7 s, htj2k 2.2 + 58 + 1.1 s.
        Row(
            testDescription: "one file over a satellite", link: .untried, remaining: 100_000_000, remainingFiles: 1, remembered: 500_000,
            expected: highThroughput, reason: .linkSlower(bytesPerSecond: 500_000)),
        Row(
            testDescription: "one file on this machine", link: .untried, remaining: 100_000_000, remainingFiles: 1, remembered: 1e9,
            expected: native, reason: .sealingSlower(bytesPerSecond: 1e9)),
        Row(
            testDescription: "one file, nothing is known", link: .untried, remainingFiles: 1, expected: highThroughput, reason: .linkUntried
        ),
        Row(testDescription: "the receiver is busy", link: .receiverBusy, expected: highThroughput, reason: .receiverBusy),
        Row(
            testDescription: "satellite", link: .limiting(bytesPerSecond: 500_000), previous: highThroughput, expected: compact,
            reason: .linkSlower(bytesPerSecond: 500_000)),
        Row(
            testDescription: "a local network", link: .limiting(bytesPerSecond: 100_000_000), previous: compact, expected: highThroughput,
            reason: .sealingSlower(bytesPerSecond: 100_000_000)),
        // 100 MB: compact 3.7 s of sealing and 2.7 s of link, fast 2.6 and 2.85, htj2k 1.1 and 2.9.
        Row(
            testDescription: "between the two", link: .limiting(bytesPerSecond: 10_000_000), expected: fast,
            reason: .linkSlower(bytesPerSecond: 10_000_000)),
        // What waits keeps the link busy for three seconds, in which compact is done as well.
        Row(
            testDescription: "much waits already", link: .limiting(bytesPerSecond: 10_000_000), waiting: 30_000_000, expected: compact,
            reason: .linkSlower(bytesPerSecond: 10_000_000)),
        Row(
            testDescription: "sixteen processors", link: .limiting(bytesPerSecond: 20_000_000), workers: 16, expected: compact,
            reason: .linkSlower(bytesPerSecond: 20_000_000)),
        Row(
            testDescription: "nothing remains", link: .limiting(bytesPerSecond: 1_000_000), remaining: 0, expected: compact,
            reason: .linkSlower(bytesPerSecond: 1_000_000)),
        Row(
            testDescription: "chosen a moment ago", link: .limiting(bytesPerSecond: 500_000), previous: highThroughput, files: 3,
            expected: highThroughput, reason: .linkSlower(bytesPerSecond: 500_000)),
        Row(
            testDescription: "chosen a moment ago, and the link keeps up", link: .keepingUp(bytesPerSecond: 1e9), previous: compact,
            files: 3, expected: compact,
            reason: .linkKeepsUp),
        // 2.87 s of either kind: fast would save less than two per cent.
        Row(
            testDescription: "a gain too small", link: .limiting(bytesPerSecond: 10_000_000), previous: highThroughput,
            expected: highThroughput, reason: .linkSlower(bytesPerSecond: 10_000_000)),
    ]

    @Test(arguments: table) func whatArrivesSoonest(row: Row) {
        let situation = EncodingPolicy.Situation(
            remainingBytes: row.remaining, remainingFiles: row.remainingFiles, workers: row.workers, waitingBytes: row.waiting,
            link: row.link, waitingSeconds: row.waitingSeconds, remembered: row.remembered,
            previous: row.previous.map { ($0, row.files) })
        #expect(EncodingPolicy.decide(Self.paces, situation) == EncodingDecision(encoding: row.expected, reason: row.reason))
    }

    struct Waiting: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var link = LinkStanding.untried
        var bytes = 2 << 20
        var seconds = 0.1
        var probed: Double?
        var patience: Double?
    }

    /// A link that may be slow is not given more in many bytes while its first answer is awaited, for a second and a half at most.
    @Test(arguments: [
        Waiting(testDescription: "much waits, but for a moment only", patience: 1.4),
        Waiting(testDescription: "little waits", bytes: 1 << 20),
        Waiting(testDescription: "the link has been silent for long enough", seconds: 1.5),
        Waiting(testDescription: "the link was probed", probed: 1e6),
        Waiting(testDescription: "the link has carried something", link: .limiting(bytesPerSecond: 1e6)),
        Waiting(testDescription: "no connection yet", link: .absent),
    ])
    func patienceWithALinkOfWhichNothingIsKnown(_ row: Waiting) throws {
        let situation = EncodingPolicy.Situation(
            remainingBytes: 1, workers: 2, waitingBytes: row.bytes, link: row.link, waitingSeconds: row.seconds, probed: row.probed)
        let patience = EncodingPolicy.patience(situation)
        #expect((patience == nil) == (row.patience == nil))
        if let patience, let expected = row.patience { #expect(abs(patience - expected) < 1e-9) }
        // It ends by itself, and then the choice is that of a silent link.
        var later = situation
        later.waitingSeconds = EncodingPolicy.patienceWithSilentLink
        #expect(EncodingPolicy.patience(later) == nil)
    }

    private static let search = StegoEncoding(.jxl, effort: .compact)
    private static let short = StegoEncoding(.jxl, effort: .fast)
    private static let allPaces = [highThroughput, search, short, compact, fast, native].map(EncodingPace.estimate)

    /// With a receiver that reads JPEG XL: its long search on the slowest links alone, its short one wherever JPEG 2000 was the choice.
    @Test(arguments: [
        (LinkStanding.absent, short), (.untried, highThroughput), (.limiting(bytesPerSecond: 100_000), search),
        (.limiting(bytesPerSecond: 500_000), short), (.limiting(bytesPerSecond: 2_000_000), short),
        (.limiting(bytesPerSecond: 100_000_000), highThroughput), (.keepingUp(bytesPerSecond: 1e9), native),
        (.alwaysKeptUp(bytesPerSecond: 100_000), highThroughput), (.alwaysKeptUp(bytesPerSecond: 1e9), native),
        (.receiverBusy, highThroughput),
    ])
    func whatArrivesSoonestWithJPEGXL(link: LinkStanding, expected: StegoEncoding) {
        let situation = EncodingPolicy.Situation(remainingBytes: 100_000_000, workers: 2, waitingBytes: 0, link: link)
        #expect(EncodingPolicy.decide(Self.allPaces, situation)?.encoding == expected)
    }

    @Test func whatWasAskedForByNameIsUsedOnAnyLink() {
        let situation = EncodingPolicy.Situation(remainingBytes: 1, workers: 2, waitingBytes: 0, link: .limiting(bytesPerSecond: 1e8))
        #expect(EncodingPolicy.decide([.estimate(Self.search)], situation)?.encoding == Self.search)
    }

    @Test func withoutCandidatesThereIsNoChoice() {
        let situation = EncodingPolicy.Situation(remainingBytes: 1, workers: 1, waitingBytes: 0, link: .untried)
        #expect(EncodingPolicy.decide([], situation) == nil)
    }

    /// At any rate no candidate would finish noticeably sooner than the one that is chosen.
    @Test func neverMuchWorseThanTheBest() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        for _ in 0..<2000 {
            let rate = pow(10, Double.random(in: 4...9, using: &generator))
            let situation = EncodingPolicy.Situation(
                remainingBytes: Int.random(in: 0...1_000_000_000, using: &generator), workers: Int.random(in: 1...32, using: &generator),
                waitingBytes: Int.random(in: 0...50_000_000, using: &generator), link: .limiting(bytesPerSecond: rate),
                previous: Bool.random(using: &generator) ? nil : (Self.fast, 50))
            let chosen = try #require(EncodingPolicy.decide(Self.paces, situation)).encoding
            func seconds(_ pace: EncodingPace) -> Double {
                max(
                    Double(situation.remainingBytes) * pace.secondsPerByte / Double(situation.workers),
                    (Double(situation.waitingBytes) + Double(situation.remainingBytes) * pace.stegoBytesPerByte) / rate)
            }
            let best = try #require(Self.paces.map(seconds).min())
            let ours = try #require(Self.paces.first { $0.encoding == chosen }.map(seconds))
            #expect(ours <= best * EncodingPolicy.nativeHandicap / (1 - EncodingPolicy.leastGain) + 1e-9)
        }
    }

    @Test func everyReasonSaysSomethingElse() {
        let reasons: [EncodingDecision.Reason] = [
            .asked, .atRest, .receiverReadsNo(.htj2k), .measuring, .linkAbsent, .linkUntried, .linkSilent(waitingBytes: 5), .linkKeepsUp,
            .receiverBusy, .linkSlower(bytesPerSecond: 500_000), .sealingSlower(bytesPerSecond: 500_000),
        ]
        #expect(Set(reasons.map { "\($0)" }).count == reasons.count)
        #expect("\(EncodingDecision.Reason.linkSlower(bytesPerSecond: 500_000))".contains("500.0 kB/s"))
    }
}
