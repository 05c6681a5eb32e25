import Basics
import Protocol
import SeededRandomness
import Testing

@testable import Sending

/// Whatever happens to a file in whatever order: a stego file counts as proven only when it was proven.
@Suite struct InstanceTransitionTests {
    private let site: ExampleHome

    init() throws { site = try ExampleHome() }

    /// Stego files that a file may have one after the other: the first ones' proofs are outstanding.
    private static let files = (0..<4).map { SealedFile.example("stego \($0)", isProven: $0 == 3) }

    @Test(arguments: 0..<40) func aProofIsOfOneStegoFile(seed: Int) async throws {
        let study = try await Outbox(home: site.home).enqueue(site.order(["\(seed)"]), signedBy: site.identity).study
        let restored = try InstanceTransition.answered(by: site.receipt(study, 0))
        let failed = try InstanceTransition.answered(by: site.receipt(study, 0, .failed(InstanceFailure(.storageFull, "full"))))
        var row = try OutboxInstance(transferID: study.transferID, position: 0, .example("\(seed)"))
        var random = SplitMix64(seed: UInt64(seed))
        var proven: Set<ContentDigest> = [Self.files[3].digest]
        for _ in 0..<200 {
            let file = Self.files[Int.random(in: 0..<4, using: &random)]
            let transition: InstanceTransition =
                switch Int.random(in: 0..<11, using: &random) {
                case 0, 1, 2: .sealed(file)
                case 3, 4: .proven(file.digest)
                case 5: .refuted(file.digest)
                case 6: .sending
                case 7: .unsealed
                case 8: failed
                case 9: restored
                default: .missing
                }
            let before = row
            let isMade = (try? row.make(transition)) ?? false
            switch transition {
            case .sealed where isMade && !file.isProven: proven.remove(file.digest)
            case .proven where isMade: proven.insert(file.digest)
            // The receiver has it, and the stego file is gone.
            case .answered: if row.state == .acknowledged, let digest = row.sealedDigest { proven.insert(digest) }
            case .proven, .refuted: #expect(isMade || row == before, "\(transition) of another file")
            default: break
            }
            try check(row, proven)
            if isMade, case .refuted = transition { #expect(row.state == .planned && row.proof == .failed) }
        }
    }

    private func check(_ row: OutboxInstance, _ proven: Set<ContentDigest>) throws {
        switch row.proof {
        case .outstanding:
            #expect([.sealed, .sending, .failed].contains(row.state) && row.sealedDigest != nil && row.attempts <= 1)
        case .failed: #expect(row.sealedDigest == nil, "there is no stego file, whatever receipt has come")
        case nil:
            guard [.sealed, .sending, .failed].contains(row.state), let digest = row.sealedDigest else { return }
            #expect(proven.contains(digest))
        }
    }

    /// What another receiver has or has not says nothing of the proof.
    @Test(arguments: [false, true]) func aProofStaysOutstandingForAnotherReceiver(hasCapsule: Bool) throws {
        var row = try OutboxInstance(transferID: TransferID(), position: 0, .example("a"))
        try row.make(.sealed(.example(hasCapsule: hasCapsule, isProven: false)))
        row.beginAnew()
        #expect(row.proof == (hasCapsule ? nil : .outstanding) && row.state == (hasCapsule ? .planned : .sealed))
    }

    /// It has had no attempt alone yet, and gets one.
    @Test func aRefutedFileIsTriedAlone() throws {
        var row = try OutboxInstance(transferID: TransferID(), position: 0, .example("a"))
        let file = SealedFile.example(isProven: false)
        try row.make(.sealed(file))
        #expect(row.attempts == 1)
        row.attempts = 4
        try row.make(.refuted(file.digest))
        #expect(row.attempts == OutboxInstance.attemptsInCompany)
    }
}
