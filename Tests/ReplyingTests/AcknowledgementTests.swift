import Basics
import Concurrency
import DICOM
import Foundation
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Receiving
@testable import Replying
@testable import Sending

/// From the reply at the clinic to the radiologist who knows that somebody there knows.
@Suite struct AcknowledgementTests {
    private func critical(_ sites: TwoSites) async throws -> ReplyDesk.Sent {
        var request = sites.request("Findings: tension pneumothorax.")
        request.criticality = .minutes
        return try await sites.send(request)
    }

    private func acknowledge(_ sites: TwoSites, _ record: ReplyRecord) async throws -> AcknowledgementDesk.Done {
        try await AcknowledgementDesk(home: sites.clinic).acknowledge(record, by: "Nurse Bell", role: "ward 3", readBack: "Pneumothorax")
    }

    private func takeIn(_ sites: TwoSites, _ manifest: String?, from sender: Fingerprint) async throws -> AcknowledgementIntake.Taken? {
        let intake = try AcknowledgementIntake(home: sites.radiologist, trust: TrustStore(home: sites.radiologist))
        return try await intake.take(manifest: try #require(manifest), from: sender)
    }

    @Test func aReplyBecomesFilesThatPeopleOpen() async throws {
        let sites = try await TwoSites()
        let sent = try await critical(sites)
        let taken = try #require(try await sites.takeIn(sent))
        #expect(taken.isNew && taken.remarks.isEmpty, "\(taken.remarks)")
        let files = Files.below(taken.record.folder)
        #expect(files == ["sr.dcm", "pdf.dcm", "report.txt", "report.pdf", "manifest.txt"])
        let text = FileManager.default.contents(atPath: "\(taken.record.folder)/report.txt")
        #expect(text.map { String(decoding: $0, as: UTF8.self) } == "Findings: tension pneumothorax.\n")
        #expect(taken.record.callback == "Lee, +41 44 000" && taken.record.isCritical)
        // Once more, as after a crash.
        let again = try #require(try await sites.takeIn(sent))
        #expect(!again.isNew && again.remarks.isEmpty)
    }

    @Test func theTextIsTheOneThatWasSigned() async throws {
        let sites = try await TwoSites()
        let sent = try await critical(sites)
        let folder = try sites.arrive(sent)
        // Another report's document in place of the one that was signed for.
        let other = try await sites.send(sites.request("Findings: none."))
        let bytes = try #require(FileManager.default.contents(atPath: other.files[0]))
        try Data(bytes).write(to: URL(filePath: "\(folder)/sr.dcm"))
        let intake = try ReplyIntake(home: sites.clinic, trust: TrustStore(home: sites.clinic))
        let manifest = try #require(sent.record.manifest)
        let taken = try #require(
            try await intake.take(
                manifest: manifest, from: sites.radiologistIdentity.fingerprint, in: folder, studyUID: TwoSites.studyUID))
        #expect(taken.remarks.contains { $0.contains("not the one that was signed") })
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/report.txt"))
    }

    /// A report that is cut, is no DICOM at all, or whose words are none: it is told, and nothing is taken out of it.
    @Test(arguments: ["cut", "noise", "words"]) func brokenReportsAreRemarked(_ fault: String) async throws {
        let sites = try await TwoSites()
        let sent = try await critical(sites)
        for file in sent.files {
            var bytes = Array(try #require(FileManager.default.contents(atPath: file)))
            switch fault {
            case "cut": bytes = Array(bytes.prefix(bytes.count / 2))
            case "noise": bytes = bytes.map { $0 ^ 0xA5 }
            default:
                // What is said, and what is carried beside it, in bytes that are no text.
                let words = Array("tension pneumothorax".utf8)
                while let place = bytes.firstRange(of: words) { bytes.replaceSubrange(place, with: words.map { _ in 0xFF }) }
            }
            try Data(bytes).write(to: URL(filePath: file))
        }
        let taken = try #require(try await sites.takeIn(sent))
        #expect(taken.remarks.contains("no document has the text that the radiologist has signed"), "\(taken.remarks)")
        #expect(!Files.below(taken.record.folder).contains("report.txt"))
        #expect(taken.record.isCritical, "a critical reply stays an alarm")
    }

    @Test func documentsOfAnotherStudyAreRemarked() async throws {
        let sites = try await TwoSites()
        let taken = try #require(try await sites.takeIn(critical(sites), studyUID: "1.2.3.4"))
        #expect(taken.remarks.contains { $0.contains("sr.dcm names another study") })
        #expect(!FileManager.default.fileExists(atPath: "\(taken.record.folder)/report.txt"))
    }

    @Test func forgedSendersAreRefused() async throws {
        let sites = try await TwoSites()
        let sent = try await critical(sites)
        let intake = try ReplyIntake(home: sites.clinic, trust: TrustStore(home: sites.clinic))
        let stranger = try Identity.create(name: PeerName("Stranger"))
        let folder = try sites.arrive(sent)
        let text = try #require(sent.record.manifest)
        await #expect(throws: OperationFailure.self) {
            try await intake.take(manifest: text, from: stranger.fingerprint, in: folder, studyUID: TwoSites.studyUID)
        }
        try TrustStore(home: sites.clinic).trust(stranger.card())
        let other = try ReplyIntake(home: sites.clinic, trust: TrustStore(home: sites.clinic))
        await #expect(throws: ProtocolError.self) {
            try await other.take(manifest: text, from: stranger.fingerprint, in: folder, studyUID: TwoSites.studyUID)
        }
    }

    @Test func theLoopIsClosed() async throws {
        let sites = try await TwoSites()
        let sent = try await critical(sites)
        let taken = try #require(try await sites.takeIn(sent))
        let named = try #require(try ReplyList(home: sites.clinic))
        let meant = try await named.received(meantBy: TransferPrefix(String(taken.record.transfer.prefix(8))))
        let done = try await acknowledge(sites, meant)
        #expect(done.record.acknowledgedWords?.by == "Nurse Bell, ward 3")
        let queued = done.queued.study
        #expect(queued.peer == sites.radiologistIdentity.fingerprint && queued.priority == .stat)
        #expect(queued.originalStudyUID == TwoSites.studyUID)
        // The first word counts.
        await #expect(throws: OperationFailure.self) { try await acknowledge(sites, done.record) }
        let arrived = try #require(try await takeIn(sites, queued.manifest, from: sites.clinicIdentity.fingerprint))
        #expect(arrived.isNew && arrived.record.transfer == sent.record.transfer)
        #expect(arrived.record.acknowledgedWords?.readBack == "Pneumothorax" && arrived.record.clockRemark == nil)
        #expect(try await takeIn(sites, queued.manifest, from: sites.clinicIdentity.fingerprint)?.isNew == false)
        // As a file, with nothing but the clinic's card.
        let text = try #require(arrived.record.acknowledgement)
        let statement = try Acknowledgement(text: text, signedBy: sites.clinicIdentity.card())
        #expect(statement.person == "Nurse Bell" && statement.received != nil)
    }

    @Test func nobodyAcknowledgesAnothersReply() async throws {
        let sites = try await TwoSites()
        let sent = try await critical(sites)
        let reply = try sites.signedManifest(of: sent.record)
        let stranger = try Identity.create(name: PeerName("Other Clinic"))
        try TrustStore(home: sites.radiologist).trust(stranger.card())
        func carrying(_ statement: Acknowledgement, by identity: Identity) throws -> String {
            try Manifest(
                studyUID: StudyUID("2.25.1"), entries: sites.manifest.entries,
                attributes: ManifestAttributes([statement.manifestAttribute()]), signedBy: identity
            ).text()
        }
        // Another trusted clinic signs for the one that the reply went to.
        let foreign = try Acknowledgement(of: reply, person: "Mallory", role: "x", signedBy: stranger)
        let manifest = try carrying(foreign, by: stranger)
        let error = await #expect(throws: OperationFailure.self) { try await takeIn(sites, manifest, from: stranger.fingerprint) }
        #expect(error?.kind == .notTrusted)
        // The clinic passes on somebody else's signature.
        let passedOn = try carrying(foreign, by: sites.clinicIdentity)
        await #expect(throws: ProtocolError.self) { try await takeIn(sites, passedOn, from: sites.clinicIdentity.fingerprint) }
        // The clinic signs for something else than it was sent.
        let other = try Acknowledgement(of: sites.manifest, person: "Bell", role: "x", signedBy: sites.clinicIdentity)
        let wrong = try carrying(other, by: sites.clinicIdentity)
        await #expect(throws: OperationFailure.self) { try await takeIn(sites, wrong, from: sites.clinicIdentity.fingerprint) }
        #expect(try await ReplyList(home: sites.radiologist)?.own(limit: 9, onlyOpen: true).count == 1)
    }

    @Test func clocksThatContradictEachOtherAreTold() async throws {
        let sites = try await TwoSites()
        let sent = try await critical(sites)
        // An hour behind: the reply arrives before it was given.
        let taken = try #require(try await sites.takeIn(sent, at: Date().addingTimeInterval(-3_600)))
        let done = try await acknowledge(sites, taken.record)
        let arrived = try #require(try await takeIn(sites, done.queued.study.manifest, from: sites.clinicIdentity.fingerprint))
        let remark = try #require(arrived.record.clockRemark)
        #expect(remark.hasPrefix("the clinic's clock is at least 3") && remark.hasSuffix("s behind"))
    }

    // MARK: Alarms

    private final class Told: Sendable {
        private let alarms = Mutex<[CriticalAlarm]>([])
        func add(_ alarm: CriticalAlarm) { alarms.withLock { $0.append(alarm) } }
        var all: [CriticalAlarm] { alarms.withLock { $0 } }
    }

    @Test func criticalRepliesAlarmUntilSomebodyKnows() async throws {
        let sites = try await TwoSites(order: ClinicalOrder(callback: "Brandt, +41 81 000"))
        let sent = try await critical(sites)
        _ = try await sites.send(sites.request("Nothing critical."))
        let journal = try ReplyJournal(state: sites.radiologist.state)
        let (clock, told, begin) = (ManualClock(), Told(), sent.record.noted)
        var timing = CriticalAlarms.Timing(within: .seconds(900), repetition: .seconds(300))
        timing.interval = .seconds(60)
        let alarms = CriticalAlarms(
            journal: journal, isOwn: true, timing: timing, clock: clock,
            now: { begin.addingTimeInterval(Double(clock.elapsed.components.seconds)) })
        let running = Task { await alarms.run { told.add($0) } }
        /// Lets so many minutes pass, one look at the journal after the other.
        func pass(minutes: Int) async {
            for _ in 0..<minutes { await clock.pass(.seconds(60)) }
            await clock.sleeper(for: .seconds(60))
        }
        await pass(minutes: 14)
        #expect(told.all.isEmpty)
        await pass(minutes: 1)
        #expect(told.all.map(\.count) == [1] && told.all[0].reply == sent.record.transfer && told.all[0].seconds == 900)
        #expect(told.all[0].call == "Brandt, +41 81 000")
        await pass(minutes: 11)
        #expect(told.all.map(\.count) == [1, 2, 3])
        let reply = try sites.signedManifest(of: sent.record)
        let statement = try Acknowledgement(of: reply, person: "Bell", role: "ward 3", signedBy: sites.clinicIdentity)
        #expect(try await journal.acknowledge(statement, at: Date()))
        await pass(minutes: 11)
        #expect(told.all.count == 3)
        running.cancel()
        await running.value
    }
}
