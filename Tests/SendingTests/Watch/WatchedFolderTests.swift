import Basics
import DICOM
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Sending

/// What cannot be dealt with is in nobody else's way.
@Suite final class WatchedFolderTests {
    private let site: ExampleHome
    private let folder: String
    private let clock = ManualClock()

    init() throws {
        site = try ExampleHome()
        try site.identity.save(to: site.home)
        let path = site.folder + "/watched"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        folder = URL(filePath: path).resolvingSymlinksInPath().path
    }

    /// Puts something where the folder `failed` should be: nothing can be moved there.
    private func blockFailed() throws {
        // A link, which a watcher passes over.
        try FileManager.default.createSymbolicLink(atPath: folder + "/failed", withDestinationPath: "nowhere")
    }

    private func drop(study: String, as name: String) throws {
        let dataSet = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.88.11"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.9.1"]), DataElement(.studyInstanceUID, .UI, strings: [study]),
        ])
        let bytes = try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .none)
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    /// Watches until the outbox has a study with a file of this name.
    ///
    /// - Parameter refused: a study that the outbox does not take.
    /// - Returns: the events that were reported.
    private func watch(untilTaken name: String, refusing refused: String? = nil) async throws -> [SenderEvent] {
        let events = RecordedEvents()
        let resources = try await DeliveryResources.open(site.home, observer: events, clock: clock)
        let interval = Duration.seconds(2)
        let timing = WatchedFolder.Timing(interval: interval, stable: .seconds(5), quiet: .seconds(5))
        let watched = WatchedFolder(folder: folder, resources: resources, timing: timing) { [peer = site.peer, folder] plan in
            // Without files there is no manifest.
            let instances = plan.studyUID == refused ? [] : plan.instances
            return StudyOrder(
                plan: StudyPlan(studyUID: plan.studyUID, instances: instances), peer: peer, address: nil, priority: .routine,
                choices: .example, source: folder)
        }
        let watching = Task { try await watched.run() }
        var isTaken = false
        for _ in 0..<20 where !isTaken {
            await clock.pass(interval)
            await clock.sleeper(for: interval)
            isTaken = try await resources.outbox.journal.takenPaths(from: folder).contains("\(folder)/\(name)")
        }
        #expect(isTaken)
        // A few looks more, which tell nothing twice.
        for _ in 0..<10 { await clock.pass(interval) }
        await clock.sleeper(for: interval)
        watching.cancel()
        _ = await watching.result
        return events.all
    }

    @Test func aFileThatCannotBeMovedAway() async throws {
        try blockFailed()
        try Data("This is a letter.".utf8).write(to: URL(filePath: folder + "/a-letter.txt"))
        try drop(study: "2.25.1", as: "b.dcm")
        let events = try await watch(untilTaken: "b.dcm")
        let told = events.count { if case .rejected(let file) = $0 { file.name == "a-letter.txt" } else { false } }
        #expect(told == 1, "told once")
        #expect(FileManager.default.fileExists(atPath: folder + "/a-letter.txt"))
    }

    @Test func aStudyThatCannotBeTakenIn() async throws {
        try drop(study: "2.25.1", as: "a.dcm")
        try drop(study: "2.25.2", as: "b.dcm")
        _ = try await watch(untilTaken: "b.dcm", refusing: "2.25.1")
        #expect(FileManager.default.fileExists(atPath: folder + "/a.dcm"))
    }

    @Test func aStudyThatCannotBeFiled() async throws {
        let bytes = Array("a".utf8)
        try Data(bytes).write(to: URL(filePath: folder + "/a"))
        let outbox = try Outbox(home: site.home)
        let entry = try ManifestEntry(path: "a", byteCount: 1, digest: ContentDigest(of: bytes))
        let order = StudyOrder(
            plan: StudyPlan(studyUID: "1.2.3", instances: [PlannedInstance(path: folder + "/a", entry: entry)]), peer: site.peer,
            address: nil, priority: .routine, choices: .example, source: folder)
        let transferID = try await outbox.enqueue(order, signedBy: site.identity).study.transferID
        try await outbox.withdrawn(transferID, 0, reason: "no reason", kind: .badData)
        try await outbox.close(transferID, receipts: nil)
        try blockFailed()
        try drop(study: "2.25.1", as: "b.dcm")
        let events = try await watch(untilTaken: "b.dcm")
        #expect(!events.contains { if case .filed = $0 { true } else { false } })
        #expect(try await outbox.journal.unfiledStudies(from: folder).map(\.transferID) == [transferID], "it is tried again later")
    }

    @Test func delaysAreReportedOnceAndEnd() {
        var delays = RetryDelays<String>(duration: .seconds(60))
        let start = ContinuousClock.now
        func isNew(_ reason: String, after seconds: Int) -> Bool { delays.delay("a", reason, at: start + .seconds(seconds)) }
        #expect(isNew("full", after: 0))
        #expect(delays.isDelayed("a", at: start + .seconds(59)))
        #expect(!delays.isDelayed("a", at: start + .seconds(60)))
        #expect(!isNew("full", after: 60))
        #expect(delays.isDelayed("a", at: start + .seconds(61)))
        #expect(isNew("away", after: 120), "another reason is reported")
        delays.keep { $0 != "a" }
        #expect(!delays.isDelayed("a", at: start + .seconds(121)))
        #expect(isNew("away", after: 121))
    }
}
