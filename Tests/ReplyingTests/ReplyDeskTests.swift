import Basics
import DICOM
import Foundation
import Protocol
import Reports
import TestSupport
import Testing

@testable import Receiving
@testable import Replying
@testable import Sending

@Suite struct ReplyDeskTests {
    @Test func aReplyIsSignedAndInTheOutbox() async throws {
        let sites = try await TwoSites(order: ClinicalOrder(question: "?", callback: "Brandt, +41 81 000"))
        let sent = try await sites.send(sites.request())
        let manifest = try sites.signedManifest(of: sent.record)
        let reply = try #require(try Reply(manifest))
        try reply.check(answers: sites.manifest)
        #expect(reply.report.version == 1 && reply.report.status == .final && reply.report.author == "Lee^Robin")
        #expect(try reply.report.textDigest == ReportText(Array("Findings: none.".utf8)).digest)
        #expect(manifest.entries.map(\.path).sorted() == ["pdf.dcm", "sr.dcm"])
        #expect(sent.record.callback == "Brandt, +41 81 000" && sent.record.state == .queued)
        let queued = try #require(try await Outbox(home: sites.radiologist).study(manifest.transferID))
        #expect(queued.peer == sites.clinicIdentity.fingerprint && queued.state == .queued && queued.priority == .routine)
        #expect(queued.originalStudyUID == TwoSites.studyUID)
        // Whoever sends it may take it in hand.
        #expect(try await Outbox(home: sites.radiologist).lock(manifest.transferID) != nil)
    }

    @Test func eachReplyNamesTheOneBefore() async throws {
        let sites = try await TwoSites()
        let first = try await sites.send(sites.request("One"))
        var second = sites.request("Two")
        second.status = .corrected
        let sent = try await sites.send(second)
        let reply = try #require(try Reply(sites.signedManifest(of: sent.record)))
        #expect(reply.report.version == 2 && reply.report.predecessor == first.record.transferID)
        let structured = try DICOMFile(bytes: [UInt8](try #require(FileManager.default.contents(atPath: sent.files[0]))), name: "sr")
        let before = structured.dataSet.items(DICOM.Tag(0x0040, 0xA360)).first?.items(DICOM.Tag(0x0008, 0x1115)).first?.items(
            DICOM.Tag(0x0008, 0x1199)
        ).first
        #expect(before?.uid(.referencedSOPInstanceUID) == first.record.instanceUID)
        // Nothing is replaced.
        #expect(FileManager.default.fileExists(atPath: first.files[0]) && first.record.folder != sent.record.folder)
    }

    @Test func twoAtOnceAreTwoVersions() async throws {
        let sites = try await TwoSites()
        let versions = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<4 { group.addTask { try await sites.send(sites.request("Report \(number)")).record.version } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted()
        }
        #expect(versions == [1, 2, 3, 4])
    }

    @Test(arguments: [ReportStatus.addendum, .corrected, .retracted]) func theFirstReplyIsAboutNoOther(status: ReportStatus) async throws {
        let sites = try await TwoSites()
        var request = sites.request()
        request.status = status
        await #expect(throws: OperationFailure.self) { try await sites.send(request) }
        #expect(try await ReplyList(home: sites.radiologist)?.own(limit: 9, onlyOpen: false).isEmpty == true)
    }

    @Test func keyImagesCarryTheText() async throws {
        let sites = try await TwoSites()
        var request = sites.request("Nodule.")
        request.keyImages = [try #require(ReplyRequest.KeyImage("2.dcm"))]
        request.criticality = .minutes
        let sent = try await sites.send(request)
        #expect(sent.files.map { ($0 as NSString).lastPathComponent } == ["sr.dcm", "pdf.dcm", "kos.dcm", "key-1.dcm"])
        let key = try DICOMFile(bytes: [UInt8](try #require(FileManager.default.contents(atPath: sent.files[3]))), name: "key")
        #expect(CarriedText.bytes(in: key.dataSet) == Array("Nodule.\n".utf8))
        let number = try #require(sent.record.transferID)
        #expect(try await Outbox(home: sites.radiologist).study(number)?.priority == .stat)
        for wrong in ["4.dcm", "2.dcm#2"] {
            request.keyImages = [try #require(ReplyRequest.KeyImage(wrong))]
            await #expect(throws: OperationFailure.self, "\(wrong)") { try await sites.send(request) }
        }
    }

    @Test func keyImagesAreRead() {
        #expect(ReplyRequest.KeyImage("a#b.dcm#3,7")?.path == "a#b.dcm" && ReplyRequest.KeyImage("a#b.dcm#3,7")?.frames == [3, 7])
        #expect(ReplyRequest.KeyImage("a.dcm")?.frames == [])
        for text in ["a.dcm#", "a.dcm#0", "a.dcm#-1", "a.dcm#1,", "#1", "a.dcm#x"] {
            #expect(ReplyRequest.KeyImage(text) == nil, "\(text)")
        }
    }

    @Test func whatIsNoReportIsRefused() async throws {
        let sites = try await TwoSites()
        var broken = sites.request()
        broken.text = [0xFF, 0xFE, 0x00]
        var noPDF = sites.request()
        noPDF.pdf = ReplyRequest.File(name: "report.pdf", bytes: Array("MZ\u{90}".utf8))
        var otherStudy = sites.request()
        otherStudy.documents = [ReplyRequest.File(name: "other.dcm", bytes: try TwoSites.image(1, study: "1.2.3.4"))]
        var otherPatient = sites.request()
        otherPatient.documents = [ReplyRequest.File(name: "other.dcm", bytes: try TwoSites.image(1, patient: "4711"))]
        var noDICOM = sites.request()
        noDICOM.documents = [ReplyRequest.File(name: "letter.docx", bytes: Array("PK".utf8))]
        for request in [broken, noPDF, otherStudy, otherPatient] {
            await #expect(throws: OperationFailure.self) { try await sites.send(request) }
        }
        await #expect(throws: DICOMError.self) { try await sites.send(noDICOM) }
        #expect(try await sites.send(sites.request()).record.version == 1)
    }

    @Test func thePDFAloneIsEnough() async throws {
        let sites = try await TwoSites()
        var request = ReplyRequest(author: "Lee")
        let pdf = Array("%PDF-1.4\nmine\n%%EOF\n".utf8)
        request.pdf = ReplyRequest.File(name: "mine.pdf", bytes: pdf)
        let sent = try await sites.send(request)
        let file = try DICOMFile(bytes: [UInt8](try #require(FileManager.default.contents(atPath: sent.files[1]))), name: "pdf")
        #expect(EncapsulatedPDF.pdf(in: file.dataSet) == pdf)
    }

    // MARK: Studies that are not whole

    @Test func doubtsAreTold() async throws {
        let whole = try await TwoSites()
        let desk = try ReplyDesk(home: whole.radiologist, inbox: whole.inbox)
        #expect(try await desk.study(whole.prefix).doubts.isEmpty)
        let part = try await TwoSites(restored: 1)
        let partDesk = try ReplyDesk(home: part.radiologist, inbox: part.inbox)
        #expect(try await partDesk.study(part.prefix).doubts == ["The study is still arriving: 1 of its 3 files are here."])
        _ = try await part.inbox.store.discard(part.transfer, reason: "no more")
        #expect(try await partDesk.study(part.prefix).doubts == ["The study was discarded here; 1 of its 3 files were restored."])
        // The answer may be given all the same, and says which files there were.
        #expect(try await part.send(part.request()).record.version == 1)
    }

    @Test func nothingHereCannotBeAnswered() async throws {
        let sites = try await TwoSites(restored: 0)
        let error = await #expect(throws: OperationFailure.self) { try await sites.send(sites.request()) }
        #expect(error?.description.contains("a report would have no patient") == true)
        let desk = try ReplyDesk(home: sites.radiologist, inbox: sites.inbox)
        let unknown = try TransferPrefix("ffffff")
        await #expect(throws: OperationFailure.self) { try await desk.study(unknown) }
        _ = try TrustStore(home: sites.radiologist).forget(PeerName("Clinic"))
        let untrusted = try ReplyDesk(home: sites.radiologist, inbox: sites.inbox)
        let gone = await #expect(throws: OperationFailure.self) { try await untrusted.study(sites.prefix) }
        #expect(gone?.kind == .notTrusted)
    }

    // MARK: Killed in the middle

    @Test func aReplyThatNeverGotIntoTheOutboxIsForgotten() async throws {
        let sites = try await TwoSites()
        let report = try ReportFacts(
            version: 1, status: .final, predecessor: nil, author: "Lee", time: Date(), textDigest: ContentDigest(of: []))
        let journal = try ReplyJournal(state: sites.radiologist.state)
        let facts = Reply(to: sites.transfer, manifestDigest: sites.manifest.digest, report: report)
        let left = ReplyRecord(
            TransferID(), facts, isOwn: true, callback: nil, peer: sites.clinicIdentity.fingerprint, peerName: "Clinic",
            studyUID: TwoSites.studyUID, folder: "/nowhere", state: .written, manifest: nil, noted: Date())
        #expect(try await journal.enter(left))
        let sent = try await sites.send(sites.request())
        #expect(sent.record.version == 1)
        #expect(try await journal.records().map(\.transfer) == [sent.record.transfer])
    }

    @Test func aReplyThatIsInTheOutboxIsKept() async throws {
        let sites = try await TwoSites()
        let sent = try await sites.send(sites.request())
        // As it is when the process was killed right behind the outbox.
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: "\(sites.radiologist.state.path)/replies.sqlite\(suffix)")
        }
        let journal = try ReplyJournal(state: sites.radiologist.state)
        var left = sent.record
        (left.state, left.manifest) = (.written, nil)
        #expect(try await journal.enter(left))
        var second = sites.request()
        second.status = .addendum
        #expect(try await sites.send(second).record.version == 2)
        let number = try #require(sent.record.transferID)
        let first = try #require(try await journal.record(number))
        #expect(first.state == .queued && first.manifest == sent.record.manifest)
    }
}
