import Basics
import Crypto
import DICOM
import Files
import Foundation
import Protocol
import StegoKit

/// Delivers one study of the outbox: seals what is not sealed, connects, sends, collects the receipts, connects again after a cut, and
/// closes the study when its receipt is here.
///
/// A routine study has one of a few places during each attempt, and none while it waits for the next.
package struct StudyDelivery: Sendable {
    /// How it ended for now.
    package enum Ending: Sendable {
        /// The receiver has signed for all of it.
        case closed(delivered: Int, failed: Int)
        /// The study stays in the outbox.
        case kept(because: any Error)
    }

    package let study: OutboxStudy
    package let resources: DeliveryResources
    /// How long nothing may go forward before it gives up; `nil` for never.
    package let patience: Duration?
    package let record: DeliveryRecord
    private let directions: LiveDirections

    private var outbox: Outbox { resources.outbox }
    private var transferID: String { study.transferID }

    /// - Parameter record: of earlier turns.
    init(study: OutboxStudy, resources: DeliveryResources, patience: Duration?, record: DeliveryRecord = DeliveryRecord()) {
        self.study = study
        self.resources = resources
        self.patience = patience
        self.record = record
        directions = LiveDirections(study, resources.outbox, clock: resources.clock)
    }

    /// Returns when the study is closed or given up for now, and the observer knows of every file. Cancelling keeps the study.
    ///
    /// - Parameter lock: the right to deliver it; held until the end.
    package func run(holding lock: FileLock) async -> Ending {
        var transfer: Transfer?
        do {
            let taken = try await resources.transfer(study, record: record)
            transfer = taken
            return try await deliver(taken, holding: lock) { [resources, transferID] isVain, attempt in
                try await resources.inPlace(transferID, isVain: isVain, attempt)
            }
        } catch {
            let cause = Self.cause(of: error)
            await resources.note(cause, of: transferID)
            await transfer?.keep(because: cause)
            return .kept(because: cause)
        }
    }

    /// One turn of a study that has its place already: until it is closed, or an attempt has brought nothing. Of a study that is put away
    /// afterwards only the record remains in memory.
    ///
    /// - Throws: the error that has ended it. The observer does not know of the files that stay in the outbox.
    func turn(holding lock: FileLock) async throws -> Ending {
        let transfer = try await resources.transfer(study, record: record)
        do {
            return try await deliver(transfer, holding: lock) { try await $1() }
        } catch {
            await transfer.putAway()
            throw Self.cause(of: error)
        }
    }

    /// Tells the observer that the study, which is not in hand, stays in the outbox.
    package func keep(because cause: any Error) async {
        guard let transfer = try? await resources.transfer(study, record: record) else { return }
        await transfer.tellKnown()
        await transfer.keep(because: cause)
    }

    private static func cause(of error: any Error) -> any Error { (error as? Reconnection.GaveUp)?.cause ?? error }

    private func deliver(
        _ transfer: Transfer, holding lock: FileLock, _ admission: @escaping Reconnection.Admission<StudyReceipt>
    ) async throws -> Ending {
        let gauge = LinkGauge()
        defer { resources.observer.observe(.carried(wireBytes: gauge.totalWireBytes)) }
        let ending = try await deliver(transfer, gauge, admission)
        lock.remove()
        return ending
    }

    private func deliver(
        _ transfer: Transfer, _ gauge: LinkGauge, _ admission: @escaping Reconnection.Admission<StudyReceipt>
    ) async throws -> Ending {
        try await transfer.begin()
        guard let text = study.manifest, let keyBytes = study.studyKey, let key = try? StudyKey(bytes: keyBytes) else {
            throw OutboxError(code: .damaged, description: "the transfer \(transferID) has no manifest or key in the outbox")
        }
        let manifest = try Manifest(text: text, signedBy: resources.identity.card())
        let region = try await resources.pool.run { [choices = study.choices] in choices.regionPolicy }
        let sealers = SealerSource(key: key, studyUID: manifest.studyUID, choices: study.choices, region: region)
        let workload = transfer.rows.filter { $0.state == .planned }.map(\.originalBytes)
        let remembered = try await rememberedRate()
        let advisor = EncodingAdvisor(
            workload: workload, workers: resources.pool.width, remembered: remembered, study: study.studyUID)
        let pipeline = SealingPipeline(
            transfer, sealers: sealers, capacity: resources.sealing, directions: directions, advisor: advisor, clock: resources.clock,
            link: { await gauge.standing(bytesAhead: transfer.bytesAhead) })
        let courier = SessionCourier(
            manifest: manifest, key: key, resources: resources, transfer: transfer, sealers: sealers, advisor: advisor, gauge: gauge,
            directions: directions)
        let terms = try await courier.rememberedTerms()
        // A large file is sealed in one way only, so the greeting, and with it the link's rate, is worth waiting for.
        let isRateAwaited = try Self.isLarge(workload) && terms.map { try advisor.wantsRate(study.choices.encodings(for: $0)) } ?? false
        if let terms, !isRateAwaited { try await courier.use(terms) }
        return try await withThrowingTaskGroup(of: StudyReceipt?.self) { group in
            if terms == nil || isRateAwaited {
                group.addTask {
                    try await courier.use(terms, after: Self.patienceWithGreeting(workload))
                    return nil
                }
            }
            group.addTask {
                try await pipeline.run()
                return nil
            }
            group.addTask {
                try await directions.keepUpToDate()
                return nil
            }
            group.addTask { try await reconnecting(courier, transfer, gauge, admission) }
            defer { group.cancelAll() }
            while let receipt = try await group.next() {
                guard let receipt else { continue }
                try await transfer.endStoring()
                await remember(gauge)
                return try await close(transfer, manifest, receipt)
            }
            throw CancellationError()
        }
    }

    /// How long sealing waits for the first greeting of a receiver, which says which codecs it reads and whether it keeps stego files.
    /// The larger the files, the more it costs to seal them without knowing.
    private static func patienceWithGreeting(_ workload: [Int]) -> Duration {
        isLarge(workload) ? .seconds(5) : .milliseconds(200)
    }

    private static func isLarge(_ workload: [Int]) -> Bool { (workload.max() ?? 0) > largeFile }

    /// Some tenths of a second of the slowest codec.
    private static let largeFile = 4 << 20

    /// Where the study goes, as it is known before there is a connection.
    private func linkAddress() async -> String? {
        try? await resources.correspondent(of: study).address(override: directions.address).description
    }

    private func rememberedRate() async throws -> Double? {
        guard let address = await linkAddress() else { return nil }
        return try await outbox.bytesPerSecond(to: address)
    }

    private func reconnecting(
        _ courier: SessionCourier, _ transfer: Transfer, _ gauge: LinkGauge,
        _ admission: @escaping Reconnection.Admission<StudyReceipt>
    ) async throws -> StudyReceipt {
        let signs = Reconnection.Signs {
            transfer.advances
        } movement: {
            await transfer.movement
        }
        return try await Reconnection(patience: patience, hurry: resources.hurry, clock: resources.clock).run(
            {
                resources.figures.count { $0.attempts += 1 }
                record.countAttempt()
                return try await courier.deliver()
            }, signs: signs, admission: admission
        ) { retry in
            gauge.failed()
            await resources.note(retry, of: transferID, studyUID: study.studyUID, attempts: record.attempts)
        }
    }

    /// The next study over this link may begin with what it carries.
    private func remember(_ gauge: LinkGauge) async {
        _ = await gauge.standing(bytesAhead: 0)
        guard let rate = gauge.bytesPerSecond, let address = await linkAddress() else { return }
        try? await outbox.journal.remember(MeasuredLink(bytesPerSecond: rate, measured: Date()), to: address)
    }

    /// Everything signed goes into the archive first: should this process end here, the receiver signs once more.
    private func close(_ transfer: Transfer, _ manifest: Manifest, _ receipt: StudyReceipt) async throws -> Ending {
        let texts = try await transfer.receipts()
        let (manifestText, receiptText) = (try manifest.text(), try receipt.text())
        let path = try await resources.disk.run { [archive = ReceiptArchive(home: resources.home), transferID] in
            try archive.store(transferID: transferID, manifest: manifestText, receipts: texts, studyReceipt: receiptText)
        }
        let (delivered, failed) = try await transfer.close(receipts: path)
        return .closed(delivered: delivered, failed: failed)
    }
}
