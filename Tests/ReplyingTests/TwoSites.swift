import Basics
import DICOM
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Receiving
@testable import Replying
@testable import Sending

/// A clinic and a radiologist who trust each other, each with a home, and a study that came from the one to the other.
final class TwoSites: Sendable {
    static let studyUID = "1.2.826.0.1.3680043.10.14.1"

    let folder: TemporaryFolder
    let clinic: Home
    let radiologist: Home
    let clinicIdentity: Identity
    let radiologistIdentity: Identity
    /// The study that the clinic has sent.
    let manifest: Manifest
    let inbox: Inbox

    var transfer: TransferID { manifest.transferID }
    var prefix: TransferPrefix { get throws { try TransferPrefix(transfer.description) } }

    /// - Parameters:
    ///   - restored: files of the three that are here.
    ///   - order: what the clinic asks.
    init(restored: Int = 3, order: ClinicalOrder? = nil) async throws {
        folder = try TemporaryFolder()
        let homes = try TrustingHomes(in: folder)
        (clinic, radiologist) = (homes.clinic, homes.radiologist)
        (clinicIdentity, radiologistIdentity) = (homes.clinicIdentity, homes.radiologistIdentity)
        let files = try (1...3).map { try (name: "\($0).dcm", bytes: Self.image($0)) }
        manifest = try Manifest(
            studyUID: StudyUID("2.25.14"),
            entries: files.map {
                try ManifestEntry(path: $0.name, byteCount: UInt64($0.bytes.count), digest: ContentDigest(of: $0.bytes))
            }, signedBy: clinicIdentity)
        let store = try SQLiteInbox(state: radiologist.state)
        inbox = Inbox(store)
        _ = try await store.open(manifest, peer: "Clinic", key: [UInt8](repeating: 7, count: 32))
        if let order { try await store.setOrder(order, of: manifest.transferID) }
        for (position, file) in files.enumerated().prefix(restored) {
            let path = try folder.write(file.bytes, as: "studies/P/S/\(file.name)")
            _ = try await store.commit([
                InstanceCommit(
                    transfer: manifest.transferID, position: position,
                    result: CommittedOutcome(.restored(digest: manifest.entries[position].digest, exactness: .bytes)), stegoBytes: 1,
                    published: path)
            ])
        }
    }

    static func image(_ number: Int, study: String = studyUID, patient: String = "0815") throws -> [UInt8] {
        var dataSet = DataSet()
        let texts: [(DICOM.Tag, ValueRepresentation, String)] = [
            (.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.2"), (.sopInstanceUID, .UI, "\(study).9.\(number)"),
            (.studyInstanceUID, .UI, study), (.seriesInstanceUID, .UI, "\(study).9"), (.modality, .CS, "CT"),
            (.patientName, .PN, "Test^Anna"), (.patientID, .LO, patient), (.photometricInterpretation, .CS, "MONOCHROME2"),
        ]
        for (tag, vr, text) in texts { dataSet.set(tag, vr, text) }
        for (tag, value) in [
            (DICOM.Tag.samplesPerPixel, 1), (.rows, 64), (.columns, 64), (.bitsAllocated, 16), (.bitsStored, 12), (.highBit, 11),
            (.pixelRepresentation, 0),
        ] { dataSet.set(tag, .US, integers: [value]) }
        let samples = (0..<64 * 64).flatMap { [UInt8(truncatingIfNeeded: $0 / 64 + number), UInt8(4)] }
        return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(samples))
    }

    // MARK: Replies

    func request(_ text: String = "Findings: none.") -> ReplyRequest {
        var request = ReplyRequest(author: "Lee^Robin")
        request.text = Array(text.utf8)
        request.callback = "Lee, +41 44 000"
        return request
    }

    func send(_ request: ReplyRequest) async throws -> ReplyDesk.Sent {
        let desk = try ReplyDesk(home: radiologist, inbox: inbox)
        return try await desk.send(request, to: desk.study(prefix))
    }

    func signedManifest(of record: ReplyRecord) throws -> Manifest {
        try Manifest(text: try #require(record.manifest), signedBy: radiologistIdentity.card())
    }

    /// The reply's documents at the clinic, as they arrive there.
    func arrive(_ sent: ReplyDesk.Sent) throws -> String {
        let name = "replies/\(Self.studyUID)/v\(sent.record.version)-\(sent.record.reportStatus)-\(sent.record.transfer.prefix(6))"
        for file in sent.files {
            let bytes = try #require(FileManager.default.contents(atPath: file))
            try folder.write(bytes, as: "\(name)/\((file as NSString).lastPathComponent)")
        }
        return folder(name)
    }

    func takeIn(_ sent: ReplyDesk.Sent, studyUID: String = studyUID, at date: Date = Date()) async throws -> ReplyIntake.Taken? {
        let intake = try ReplyIntake(home: clinic, trust: TrustStore(home: clinic))
        return try await intake.take(
            manifest: try #require(sent.record.manifest), from: radiologistIdentity.fingerprint, in: arrive(sent), studyUID: studyUID,
            at: date)
    }
}

/// The homes of a clinic and a radiologist who trust each other.
struct TrustingHomes {
    let clinic: Home
    let radiologist: Home
    let clinicIdentity: Identity
    let radiologistIdentity: Identity

    init(in folder: TemporaryFolder) throws {
        clinic = Home(URL(filePath: folder("clinic")))
        radiologist = Home(URL(filePath: folder("radiologist")))
        clinicIdentity = try Identity.create(name: PeerName("Clinic"))
        radiologistIdentity = try Identity.create(name: PeerName("Radiologist"))
        try clinicIdentity.save(to: clinic)
        try radiologistIdentity.save(to: radiologist)
        try TrustStore(home: clinic).trust(radiologistIdentity.card())
        try TrustStore(home: radiologist).trust(clinicIdentity.card())
    }
}
