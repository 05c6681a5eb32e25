import Basics
import Concurrency
import Crypto
import DICOM
import Files
import Foundation
import Protocol
import StegoKit

/// Seals studies into a folder instead of sending them.
package struct StudySealing: Sendable {
    private let options: SealOptions
    private let region: RegionChoices
    private let decision: EncodingDecision
    private let card: Card
    private let folder: String
    private let keepsNames: Bool
    private let pool: WorkerPool
    private let observer: any SenderObserver

    /// - Parameters:
    ///   - options: how the record is hidden; region and capsule are added for each study.
    ///   - card: whose long-term key opens the files.
    ///   - folder: where the stego files go.
    ///   - keepsNames: whether they have the originals' names, rather than anonymous ones.
    package init(
        options: SealOptions, region: RegionChoices, decision: EncodingDecision, card: Card, folder: String, keepsNames: Bool,
        pool: WorkerPool, observer: any SenderObserver
    ) {
        self.options = options
        self.region = region
        self.decision = decision
        self.card = card
        self.folder = folder
        self.keepsNames = keepsNames
        self.pool = pool
        self.observer = observer
    }

    /// Seals one study's files, each written whole or not at all; a file that is there already is never replaced.
    ///
    /// - Throws: `ProtocolError` when a capsule cannot be made for the card.
    package func seal(_ plan: StudyPlan) async throws {
        let key = StudyKey()
        let studyUID = try StudyUID(key.derivedUID(for: plan.studyUID))
        var (options, region) = (options, region)
        region.annotationFiles = plan.annotationFiles
        options.region = try await pool.run { [region, method = options.method] in
            region.policy(standard: method.defaultScope)
        }
        options.capsule = try Capsule.seal(key.withUnsafeBytes { SymmetricKey(data: $0) }, to: card, studyUID: studyUID).bytes
        let work = SealingWork(sealer: InstanceSealer(key: key, options: options), decision: decision)
        // The same bytes are the same instance: its anonymous UIDs, and so the names, follow from them.
        let groups = keepsNames ? plan.instances.map { [$0] } : plan.instances.groupedByContent
        var failures = 0
        try await pool.forEach(groups) { [folder, keepsNames, observer] group in
            let instance = group[0]
            let identifier = UUID()
            observer.observe(.sealingBegan(identifier, name: instance.name, byteCount: Int(clamping: instance.entry.byteCount)))
            defer { observer.observe(.sealingEnded(identifier)) }
            let (event, failure) = Self.seal(instance, work, into: folder, keepsNames: keepsNames, studyUID.text)
            return ([event] + group.dropFirst().map { event.ofSameBytes(named: $0.name) }, failure)
        } receive: { events, failure in
            for event in events {
                if event.status == .failed { failures += 1 }
                observer.observe(.instance(event, failure))
            }
        }
        let ended = SenderEvent.Study(study: studyUID.text, delivered: plan.instances.count - failures, failed: failures)
        observer.observe(.study(ended))
    }

    private static func seal(
        _ instance: PlannedInstance, _ work: SealingWork, into folder: String, keepsNames: Bool, _ study: String
    ) -> (SenderEvent.Instance, FailureKind?) {
        let place = SealingPlace(makeStore: {
            try AtomicFile.makeDirectories(folder)
            return try UnpublishedStore(in: folder, for: "\(folder)/\(instance.name)")
        })
        switch work.outcome(path: instance.path, name: instance.name, digest: instance.entry.digest, place: place) {
        case .failed(let reason, let kind):
            return (.failed(instance.name, reason, study: study), kind)
        case .interrupted(let reason):
            return (.failed(instance.name, reason, study: study), .temporary)
        case .unreadable(let error):
            return (.failed(instance.name, error.reason, study: study), .fileAccess)
        case .sealed(let sealed):
            do {
                let path = "\(folder)/\(keepsNames ? instance.name : try sealed.anonymousPath)"
                guard try sealed.publish(as: path) != .occupied else {
                    return (.failed(instance.name, "\(path) is there already; it was left alone", study: study), .fileAccess)
                }
                var event = SenderEvent.Instance(instance.name, .sealed, study: study, report: sealed.report)
                event.path = path
                return (event, nil)
            } catch {
                return (.failed(instance.name, "\(error)", study: study), .fileAccess)
            }
        }
    }
}

extension SealedFileContent {
    /// Of its own anonymous UIDs.
    fileprivate var anonymousPath: String {
        get throws {
            switch bytes {
            case .inMemory(let bytes): return try StegoFileName.path(of: bytes)
            case .onDisk(let file):
                guard let stego = try FramedFile(file, name: "the stego file") else {
                    throw StegoError(.unreadable, "The sealed file cannot be read again.")
                }
                return try StegoFileName.path(of: stego.file.dataSet)
            }
        }
    }

    fileprivate func publish(as path: String) throws -> AtomicFile.Publication {
        switch bytes {
        case .inMemory(let bytes): return try AtomicFile.publish(bytes, as: path)
        case .onDisk(let file):
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
            return try AtomicFile.publish(file, as: path)
        }
    }
}

extension [PlannedInstance] {
    /// Files with the same bytes together, in the order of the first of each.
    fileprivate var groupedByContent: [[PlannedInstance]] {
        var places: [ContentDigest: Int] = [:]
        var groups: [[PlannedInstance]] = []
        for instance in self {
            if let place = places[instance.entry.digest] {
                groups[place].append(instance)
            } else {
                places[instance.entry.digest] = groups.count
                groups.append([instance])
            }
        }
        return groups
    }
}

extension SenderEvent.Instance {
    /// What there is to say of another file with the same bytes.
    fileprivate func ofSameBytes(named name: String) -> SenderEvent.Instance {
        var event = SenderEvent.Instance(name: name, status: status, study: study, reason: reason, path: path)
        event.originalBytes = originalBytes
        if status == .sealed { event.notes = ["the same bytes as \(self.name): one stego file holds both"] }
        return event
    }
}
