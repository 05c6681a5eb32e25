import Basics
import Concurrency
import DICOM
import Files
import Foundation
import StegoKit
import TestSupport
import Testing

@testable import Protocol
@testable import Sending

/// Proofs that an earlier run of the program has left outstanding.
@Suite(.timeLimit(.minutes(1))) struct SpooledProofTests {
    private let site: ExampleHome
    private let folder: TemporaryFolder

    init() throws {
        site = try ExampleHome()
        folder = try TemporaryFolder()
    }

    /// A sealing pipeline over one file that is sealed, and whose proof is outstanding.
    private struct Run {
        let transfer: Transfer
        let pipeline: SealingPipeline
        let digest: ContentDigest
    }

    /// - Parameters:
    ///   - attempts: at the proof, when the pipeline begins.
    ///   - isExact: otherwise the journal knows the file as another one.
    private func run(attempts: Int = 1, isExact: Bool = true) async throws -> Run {
        let original = try UnfinishedFileTests.original()
        let path = folder("image.dcm")
        try Data(original).write(to: URL(filePath: path))
        let known = isExact ? ContentDigest(of: original) : ContentDigest(of: [1])
        let entry = try ManifestEntry(path: "image.dcm", byteCount: UInt64(original.count), digest: known)
        let plan = StudyPlan(studyUID: "1.2.3", instances: [PlannedInstance(path: path, entry: entry)])
        let order = StudyOrder(plan: plan, peer: site.peer, address: nil, priority: .routine, choices: .example, source: nil)
        let resources = try site.resources()
        let study = try await resources.outbox.enqueue(order, signedBy: site.identity).study
        let key = try StudyKey(bytes: #require(study.studyKey))

        let spool = resources.outbox.spool(study.transferID)
        let result = try InstanceSealer(key: key).sealFrames(
            of: BytesInMemory(original), name: "image", provesLater: true
        ) { try spool.makeStore(0) }
        let (sealed, store) = try #require(result)
        try spool.store(store, 0)
        let file = SealedFile(
            byteCount: store.byteCount, digest: sealed.digest, codec: .j2k, hasCapsule: false, report: sealed.report, isProven: false)
        try await resources.outbox.sealed(study.transferID, 0, file)
        try await resources.outbox.database.write { database in
            try database.execute(sql: "UPDATE instance SET attempts = ?", arguments: [attempts])
        }

        let transfer = try await resources.transfer(study)
        let sealers = SealerSource(key: key, studyUID: study.studyUID, choices: study.choices, region: study.choices.regionPolicy)
        try await sealers.adopt(.usual, of: site.peer.card)
        let gauge = LinkGauge()
        let pipeline = SealingPipeline(
            transfer, sealers: sealers, capacity: resources.sealing,
            directions: LiveDirections(study, resources.outbox, clock: resources.clock),
            advisor: EncodingAdvisor(workload: [original.count], workers: 2, study: "1.2.3"), clock: resources.clock,
            link: { await gauge.standing(bytesAhead: 0) })
        return Run(transfer: transfer, pipeline: pipeline, digest: sealed.digest)
    }

    /// Runs the pipeline until the file's row is as it should be, and ends it in order.
    private func row(_ run: Run, once condition: (OutboxInstance) -> Bool) async throws -> OutboxInstance {
        let running = Task { try await run.pipeline.run() }
        while true {
            let seen = await run.transfer.changes
            if await condition(run.transfer.row(0)) { break }
            try await run.transfer.change(after: seen)
        }
        running.cancel()
        _ = await running.result
        return try await Outbox(home: site.home).instances(of: run.transfer.study.transferID)[0]
    }

    /// The file that is there is proven, and not sealed anew.
    @Test(arguments: [1, 2]) func theNextStartProvesTheFileThatIsThere(attempts: Int) async throws {
        let run = try await run(attempts: attempts)
        let row = try await row(run) { $0.proof == nil }
        #expect(row.state == .sealed && row.sealedDigest == run.digest)
    }

    @Test func whatIsNotExactIsSealedAnewWithItsProofFirst() async throws {
        let run = try await run(isExact: false)
        let row = try await row(run) { $0.state == .withdrawn }
        // The original is not what it was when the study was taken in, which sealing finds out.
        #expect(row.failure?.contains("changed") == true, "\(row.failure ?? "")")
    }

    @Test func whatIsDamagedOnTheDiskIsSealedAnew() async throws {
        let run = try await run()
        let path = run.transfer.spool.file(0)
        var bytes = try #require(FileManager.default.contents(atPath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: path))
        let row = try await row(run) { $0.state == .sealed && $0.proof == nil }
        #expect(row.sealedDigest != run.digest)
    }

    /// A file whose proof ends the program each time is sealed anew, alone; then what follows is as for every such file.
    @Test func aProofThatEndsTheProgramIsGivenUp() async throws {
        let run = try await run(attempts: 3)
        let row = try await row(run) { $0.state == .sealed && $0.sealedDigest != run.digest }
        #expect(row.proof == nil && row.attempts == 3)
    }
}
