import Basics
import Concurrency
import Foundation
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Receiving
@testable import Sending

/// A clinic and a radiologist in one process, each with both engines, and a network between them over which only the clinic can dial.
final class Circle: Sendable {
    let folder: TemporaryFolder
    let clinic: Home
    let radiologist: Home
    let clinicIdentity: Identity
    let radiologistIdentity: Identity
    /// What happens at the radiologist's receiver, and at the clinic's.
    let received = Events()
    let arrived = Events()
    private let stop = StopRequest()
    private let serving: Task<Int, any Error>
    private let sending: Task<Void, any Error>
    let address: PeerAddress
    let resources: DeliveryResources
    let taker: DialledReceiver
    let replies: String

    final class Events: ReceiverObserver, SenderObserver {
        private let state = Mutex<[ReceiverEvent]>([])

        func observe(_ event: ReceiverEvent) { state.withLock { $0.append(event) } }
        func observe(_ event: SenderEvent) {}

        var all: [ReceiverEvent] { state.withLock { $0 } }
        var refusals: [String] { all.compactMap { if case .studyRefused(let refused) = $0 { refused.reason } else { nil } } }
        var sessions: Int { all.count { if case .connected = $0 { true } else { false } } }
        var ends: [ReceiverEvent.StudyEnd] { all.compactMap { if case .studyEnd(let end) = $0 { end } else { nil } } }

        func wait(_ condition: @Sendable ([ReceiverEvent]) -> Bool) async throws {
            while !condition(all) { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    init() async throws {
        folder = try TemporaryFolder()
        let homes = try TrustingHomes(in: folder)
        (clinic, radiologist) = (homes.clinic, homes.radiologist)
        (clinicIdentity, radiologistIdentity) = (homes.clinicIdentity, homes.radiologistIdentity)
        var options = ReceiverOptions(folder: folder("studies"))
        options.minimumFree = 0
        let outgoing = OutgoingReplies(home: radiologist, observer: Events())
        let service = try await ReceiverService(
            home: radiologist, listen: PeerAddress("127.0.0.1:0"), options: options, observer: received, sending: outgoing, stop: stop)
        serving = Task { try await service.run() }
        sending = Task { try await outgoing.run() }
        var port: UInt16?
        while port == nil {
            for case .listening(let event) in received.all { port = event.port }
            try await Task.sleep(for: .milliseconds(5))
        }
        address = try PeerAddress("127.0.0.1:\(port ?? 0)")
        resources = try await DeliveryResources.open(clinic, observer: Events())
        replies = folder("replies")
        var taking = ReceiverOptions(folder: replies)
        (taking.wholeStudies, taking.hasPulse, taking.minimumFree) = (true, false, 0)
        taking.understood = Reply.understood
        taker = try await DialledReceiver(
            home: clinic, options: taking, trust: resources.trust, gate: ReplyGate(resources), observer: arrived)
    }

    /// Ends the radiologist's receiver in order.
    func end() async throws {
        stop.request()
        _ = try await serving.value
        sending.cancel()
        _ = await sending.result
    }

    var listener: ReplyListener { ReplyListener(resources, taker, to: "Radiologist", at: address) }

    // MARK: Studies

    /// - Parameter numbers: of images, each another file.
    private func plan(_ numbers: ClosedRange<Int>, study: String, in name: String) async throws -> StudyPlan {
        let paths = try numbers.map { try folder.write(TwoSites.image($0, study: study), as: "\(name)/\($0).dcm") }
        return try #require(try await StudyScanner(pool: resources.pool).studies(at: paths, Events()).first)
    }

    /// Has the clinic send a study.
    func deliver(
        _ numbers: ClosedRange<Int>, study: String, _ resources: DeliveryResources? = nil
    ) async throws -> (transfer: TransferID, manifest: ContentDigest) {
        let resources = resources ?? self.resources
        let peer = try #require(resources.trust.peer(called: "Radiologist"))
        let order = StudyOrder(
            plan: try await plan(numbers, study: study, in: study), peer: peer, address: address, priority: .routine, choices: .plain)
        let taken = try await resources.outbox.enqueue(order, signedBy: clinicIdentity)
        let manifest = try Manifest(text: #require(taken.study.manifest), signedBy: clinicIdentity.card())
        let ending = await OutboxDrain(resources: resources, patience: .zero, source: nil).deliver(taken)
        guard case .closed(let delivered, failed: 0) = ending, delivered == numbers.count else {
            throw OperationFailure(.badData, "\(ending)")
        }
        return (manifest.transferID, manifest.digest)
    }

    /// Has the radiologist give a reply of some images, all in a series of their own.
    ///
    /// - Parameter answers: nothing for a study that is no reply.
    @discardableResult
    func reply(
        to answers: (transfer: TransferID, manifest: ContentDigest)?, _ numbers: ClosedRange<Int>, version: Int = 1,
        status: ReportStatus = .preliminary
    ) async throws -> TransferID {
        let outbox = try Outbox(home: radiologist)
        let peer = try #require(try TrustStore(home: radiologist).peer(called: "Clinic"))
        let facts = try ReportFacts(
            version: version, status: status, predecessor: version == 1 ? nil : TransferID(), author: "Lee", time: Date(),
            textDigest: ContentDigest(of: [1]))
        let attributes = try answers.map { try Reply(to: $0.transfer, manifestDigest: $0.manifest, report: facts).attributes() }
        let order = StudyOrder(
            plan: try await plan(numbers, study: "1.2.826.0.1.3680043.10.15.\(numbers.lowerBound)", in: UUID().uuidString), peer: peer,
            address: nil, priority: .routine, choices: .plain, attributes: attributes ?? [])
        let taken = try await outbox.enqueue(order, signedBy: radiologistIdentity)
        if case .new(_, let lock) = taken { lock.release() }
        return taken.study.transferID
    }

    func queued() async throws -> [OutboxStudy] {
        let outbox = try Outbox(home: radiologist)
        var studies: [OutboxStudy] = []
        for queued in try await outbox.journal.queuedStudies() {
            if let study = try await outbox.study(queued.transferID) { studies.append(study) }
        }
        return studies
    }

    /// Folders of replies, and how many images are in each.
    func folders() throws -> [String: Int] {
        var folders: [String: Int] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: replies) where name.hasSuffix(".dcm") {
            folders[(name as NSString).deletingLastPathComponent, default: 0] += 1
        }
        return folders
    }
}

extension SealingChoices {
    fileprivate static let plain = SealingChoices(method: .reversible, codec: .j2k, effort: .auto)
}
