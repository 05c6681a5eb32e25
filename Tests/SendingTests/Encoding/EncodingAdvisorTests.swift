import Testing

@testable import Sending
@testable import StegoKit

/// An advisor over a whole study, with a model of sealing and link in place of real ones.
@Suite struct EncodingAdvisorTests {
    private static let candidates = EncodingCandidates(of: .auto, effort: .auto, readable: StegoCodec.allCases, areKept: false)
    private static let fileBytes = 525_000

    private func report(_ encoding: StegoEncoding, stegoBytes: Int) -> SealReport {
        SealReport(
            method: "reversible", record: .pixels, bitsHidden: 0, peakSignalToNoiseRatio: nil, maximumChange: 0, changedSamples: 0,
            originalByteCount: Self.fileBytes, recordByteCount: 0, stegoByteCount: stegoBytes,
            transferSyntax: encoding.codec.transferSyntax?.uid ?? "1.2.840.10008.1.2.1", exactness: .bytes, notes: [])
    }

    /// Seals a study file by file on a machine and over a link of known speeds; the encodings that were chosen, in order.
    private func choices(files: Int, slowness: Double, bytesPerSecond: @escaping (Int) -> Double) -> [EncodingDecision] {
        let advisor = EncodingAdvisor(workload: [Int](repeating: Self.fileBytes, count: files), workers: 2, study: "2.25.1")
        var decisions: [EncodingDecision] = []
        var ahead = 0.0
        for file in 0..<files {
            let rate = bytesPerSecond(file)
            let standing = LinkStanding(
                isConnected: file > 0, bytesPerSecond: file < 3 ? nil : rate, isHeldBack: false, bytesAhead: Int(ahead))
            let decision = advisor.next(Self.fileBytes, Self.candidates, standing, waitingBytes: Int(ahead))
            decisions.append(decision)
            let pace = EncodingPace.estimate(decision.encoding)
            let seconds = pace.secondsPerByte * Double(Self.fileBytes) * slowness
            let stego = pace.stegoBytesPerByte * Double(Self.fileBytes)
            advisor.learn(decision, report(decision.encoding, stegoBytes: Int(stego)), seconds: seconds)
            ahead = max(0, ahead + stego - rate * seconds / 2)
        }
        return decisions
    }

    private func changes(_ decisions: [EncodingDecision]) -> Int {
        let chosen = decisions.filter { $0.reason != .measuring }
        return zip(chosen, chosen.dropFirst()).count { $0.encoding != $1.encoding }
    }

    @Test func aFastLinkGetsHighThroughput() {
        let decisions = choices(files: 200, slowness: 1) { _ in 80_000_000 }
        // The last files have nothing to overlap with, so what is restored soonest may be better for them.
        #expect(decisions.dropFirst().dropLast(3).filter { $0.reason != .measuring }.allSatisfy { $0.encoding == StegoEncoding(.htj2k) })
    }

    @Test func aSlowLinkGetsFewBytes() {
        let decisions = choices(files: 200, slowness: 1) { _ in 500_000 }
        #expect(decisions.count { $0.encoding == StegoEncoding(.jxl, effort: .fast) } > 180)
        #expect(decisions[0].encoding == StegoEncoding(.jxl, effort: .fast))
        #expect(!decisions.contains { $0.reason == .measuring }, "bytes count here, and their order is known")
        #expect(changes(decisions) <= 3)
    }

    /// The same link is fast for a slow machine.
    @Test func aSlowMachineGetsLittleWork() {
        let decisions = choices(files: 200, slowness: 50) { _ in 1_000_000 }
        // The last files have nothing to overlap with, so what is restored soonest may be better for them.
        #expect(decisions.dropFirst().dropLast(3).filter { $0.reason != .measuring }.allSatisfy { $0.encoding == StegoEncoding(.htj2k) })
    }

    @Test func eachCandidateIsTriedOnce() {
        let decisions = choices(files: 200, slowness: 1) { _ in 80_000_000 }
        #expect(decisions.count { $0.reason == .measuring } == 1, "one was used before there was a connection")
        #expect(Set(decisions.map(\.encoding)).count == 3)
        #expect(decisions[0].reason == .linkAbsent)
        #expect(decisions[1].reason == .linkUntried)
        let short = choices(files: 5, slowness: 1) { _ in 80_000_000 }
        #expect(!short.contains { $0.reason == .measuring })
    }

    /// Near the point where both are equal, and with a link that wavers by half, choices stay for a while.
    @Test func choicesDoNotFlap() {
        for base in stride(from: 2_000_000.0, through: 60_000_000, by: 2_000_000) {
            let decisions = choices(files: 400, slowness: 1) { base * ($0 % 2 == 0 ? 0.75 : 1.25) }
            #expect(changes(decisions) <= 400 / EncodingPolicy.leastFiles, "\(base)")
        }
    }

    @Test func aLinkThatGetsSlowerIsNoticed() {
        let decisions = choices(files: 400, slowness: 1) { $0 < 200 ? 80_000_000 : 300_000 }
        #expect(decisions[150].encoding == StegoEncoding(.htj2k))
        #expect(decisions[300].encoding == StegoEncoding(.jxl, effort: .compact))
        #expect(decisions[399].encoding.codec == .jxl)
    }

    @Test func estimatesFollowWhatWasMeasured() throws {
        var measured = EncodingPace.estimate(StegoEncoding(.j2k, effort: .compact))
        measured.learn(originalBytes: 1000, stegoBytes: 540, seconds: 1000 * 148e-9)
        let paces = [measured, .estimate(StegoEncoding(.htj2k)), .estimate(StegoEncoding(.none))].calibrated
        #expect(abs(paces[1].secondsPerByte / EncodingPace.estimate(StegoEncoding(.htj2k)).secondsPerByte - 2) < 1e-9)
        #expect(abs(paces[1].stegoBytesPerByte / EncodingPace.estimate(StegoEncoding(.htj2k)).stegoBytesPerByte - 2) < 1e-9)
        #expect(paces[2].stegoBytesPerByte == 1)
    }

    @Test func filesOfNoSizeTeachNothing() {
        var pace = EncodingPace.estimate(StegoEncoding(.htj2k))
        let before = pace
        pace.learn(originalBytes: 0, stegoBytes: 10, seconds: 1)
        pace.learn(originalBytes: 10, stegoBytes: 10, seconds: 0)
        #expect(pace == before)
    }

    // MARK: The first contact

    private func advisor(_ workload: [Int], remembered: Double? = nil) -> EncodingAdvisor {
        EncodingAdvisor(workload: workload, workers: 2, remembered: remembered, study: "2.25.1")
    }

    @Test func aLinkIsProbedWhereMuchHangsOnIt() {
        let film = [33_500_000]
        #expect(advisor(film).wantsRate(Self.candidates))
        #expect(advisor([Int](repeating: Self.fileBytes, count: 200)).wantsRate(Self.candidates))
        #expect(advisor([Int](repeating: Self.fileBytes, count: 5)).wantsRate(Self.candidates))
        #expect(!advisor([Self.fileBytes]).wantsRate(Self.candidates))
        #expect(!advisor(film, remembered: 1e6).wantsRate(Self.candidates), "it is known")
        #expect(!advisor([]).wantsRate(Self.candidates))
        let kept = EncodingCandidates(of: .auto, effort: .auto, readable: StegoCodec.allCases, areKept: true)
        #expect(!advisor(film).wantsRate(kept), "native pixels are no candidate")
        let asked = EncodingCandidates(of: .htj2k, effort: .auto, readable: StegoCodec.allCases, areKept: false)
        #expect(!advisor(film).wantsRate(asked), "there is no choice")
        let begun = advisor(film)
        _ = begun.next(film[0], Self.candidates, .untried, waitingBytes: 0)
        #expect(!begun.wantsRate(Self.candidates), "the choice is made")
    }

    /// One film to a receiver that was never met: native pixels only where a probe has found the link fast enough.
    @Test(
        arguments: [
            (nil, StegoCodec.htj2k), (500e6, .none), (110e6, .none), (12.5e6, .htj2k), (0.5e6, .jxl),
        ] as [(Double?, StegoCodec)])
    func theFirstFileOfAllIsChosenByTheProbe(probed: Double?, expected: StegoCodec) {
        let advisor = advisor([33_500_000])
        if let probed { advisor.learn(probed: probed) }
        let decision = advisor.next(33_500_000, Self.candidates, .untried, waitingBytes: 0)
        #expect(decision.encoding.codec == expected)
    }

    /// Small files arrive as fast as they are sealed, which says little of a fast link; a slow one shows by what waits.
    @Test func whatFilesShowCountsBesideTheProbe() {
        let advisor = advisor([Int](repeating: Self.fileBytes, count: 5))
        advisor.learn(probed: 500e6)
        let keepingUp = advisor.next(Self.fileBytes, Self.candidates, .keepingUp(bytesPerSecond: 10e6), waitingBytes: 0)
        #expect(keepingUp.encoding.codec == .none)
        for _ in 0..<EncodingPolicy.leastFiles {
            _ = advisor.next(Self.fileBytes, Self.candidates, .limiting(bytesPerSecond: 1e6), waitingBytes: 10_000_000)
        }
        let limited = advisor.next(Self.fileBytes, Self.candidates, .limiting(bytesPerSecond: 1e6), waitingBytes: 10_000_000)
        #expect(limited.encoding.codec != .none)
    }

    @Test func standings() {
        #expect(LinkStanding(isConnected: false, bytesPerSecond: nil, isHeldBack: false, bytesAhead: 1 << 30) == .absent)
        #expect(LinkStanding(bytesPerSecond: nil, isHeldBack: false, bytesAhead: 1 << 30) == .untried)
        #expect(LinkStanding(bytesPerSecond: 0, isHeldBack: false, bytesAhead: 0) == .untried)
        #expect(LinkStanding(bytesPerSecond: 1e6, isHeldBack: false, bytesAhead: 200_000) == .keepingUp(bytesPerSecond: 1e6))
        #expect(LinkStanding(bytesPerSecond: 1e6, isHeldBack: false, bytesAhead: 300_000) == .limiting(bytesPerSecond: 1e6))
        #expect(LinkStanding(bytesPerSecond: 1e6, isHeldBack: true, bytesAhead: 300_000) == .receiverBusy)
        #expect(LinkStanding(bytesPerSecond: 1e6, isHeldBack: true, bytesAhead: 0) == .keepingUp(bytesPerSecond: 1e6))
        // 600 kB fit into a link of 1 MB/s and 600 ms; what is more queues in front of it.
        func standing(underWay: Int) -> LinkStanding {
            LinkStanding(bytesPerSecond: 1e6, isHeldBack: false, bytesAhead: 50_000, bytesUnderWay: underWay, roundTrip: 0.6)
        }
        #expect(standing(underWay: 0) == .keepingUp(bytesPerSecond: 1e6))
        #expect(standing(underWay: 600_000) == .keepingUp(bytesPerSecond: 1e6))
        #expect(standing(underWay: 850_000) == .limiting(bytesPerSecond: 1e6))
    }
}
