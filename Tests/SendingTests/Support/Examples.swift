import Basics
import Concurrency
import DICOM
import Files
import Foundation
import Testing

@testable import Protocol
@testable import Sending
@testable import StegoKit

/// A home of its own in a temporary folder, with an identity and one trusted receiver.
final class ExampleHome: Sendable {
    let folder: String
    let home: Home
    let identity: Identity
    let receiver: Identity
    let peer: TrustedPeer

    init() throws {
        folder = NSTemporaryDirectory() + "veilray-test-" + UUID().uuidString
        home = Home(URL(filePath: folder))
        identity = try Identity.create(name: PeerName("Clinic"))
        receiver = try Identity.create(name: PeerName("Radiologist"))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        peer = try TrustStore(home: home).trust(receiver.card())
    }

    /// As ``DeliveryResources/open(_:observer:clock:)`` makes them, for an identity that is not on the disk.
    func resources(clock: any MonotonicClock = ContinuousClock()) throws -> DeliveryResources {
        try DeliveryResources(
            home: home, identity: identity, trust: TrustStore(home: home), outbox: Outbox(home: home),
            observer: RecordedEvents(), clock: clock)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// - Parameter names: of files, whose contents are their names.
    func order(
        _ names: [String] = ["a", "b", "c"], priority: Priority = .routine, address: String? = nil, source: String? = nil
    ) throws -> StudyOrder {
        StudyOrder(
            plan: StudyPlan(studyUID: "1.2.3", instances: try names.map(PlannedInstance.example)), peer: peer,
            address: try address.map { try PeerAddress($0) }, priority: priority, choices: .example, source: source)
    }

    /// What the receiver signs for a file of a study that is queued; restored, unless told otherwise.
    func receipt(_ study: OutboxStudy, _ position: Int, _ outcome: InstanceOutcome? = nil) throws -> InstanceReceipt {
        let manifest = try Manifest(text: try #require(study.manifest), signedBy: identity.card())
        let restored = InstanceOutcome.restored(digest: manifest.entries[position].digest, exactness: .bytes)
        return try InstanceReceipt(of: manifest, index: position, outcome: outcome ?? restored, signedBy: receiver, date: Date())
    }
}

extension PlannedInstance {
    static func example(_ name: String) throws -> PlannedInstance {
        PlannedInstance(
            path: "/somewhere/\(name)",
            entry: try ManifestEntry(path: name, byteCount: UInt64(name.utf8.count), digest: ContentDigest(of: Array(name.utf8))))
    }
}

extension ExaminedFile {
    static func example(_ name: String, study: String) throws -> ExaminedFile {
        let file = FoundFile(path: "/somewhere/\(name)", name: name)
        return ExaminedFile(instance: try .example(name), studyUID: study, subject: StudySubject(DataSet([]), file), doubt: nil)
    }
}

extension SealingChoices {
    static let example = SealingChoices(method: .reversible, codec: .j2k, effort: .auto)
}

extension SealedFile {
    static func example(
        _ content: String = "stego", codec: StegoCodec = .j2k, hasCapsule: Bool = false, isProven: Bool = true
    ) -> SealedFile {
        let report = SealReport(
            method: "reversible", record: .pixels, bitsHidden: 8, peakSignalToNoiseRatio: 60, maximumChange: 1, changedSamples: 4,
            originalByteCount: 10, recordByteCount: 1, stegoByteCount: content.utf8.count, transferSyntax: "1.2.840.10008.1.2.4.90",
            exactness: .bytes, notes: [])
        return SealedFile(
            byteCount: content.utf8.count, digest: ContentDigest(of: Array(content.utf8)), codec: codec, hasCapsule: hasCapsule,
            report: report, isProven: isProven)
    }
}

extension OutboxStudy {
    static func example() throws -> OutboxStudy {
        OutboxStudy(
            transferID: TransferID(), contentDigest: ContentDigest(of: []), peer: try Identity.create(name: PeerName("lee")).fingerprint,
            peerName: try PeerName("lee"), address: nil, priority: .routine,
            state: .queued, studyUID: try StudyUID("2.25.1"), originalStudyUID: "1.2.3", choices: .example, fileCount: 1, manifest: nil,
            studyKey: nil,
            source: nil, isFiled: false, attempts: 0, created: Date())
    }
}
