import Basics
import Crypto
import Foundation
import Protocol
import StegoKit

/// A study in hand: locked, with its files in memory, and sealed ahead of the link while attempts to send it are made.
struct StudyInHand: Sendable {
    private let study: OutboxStudy
    private let manifest: Manifest
    private let transfer: Transfer
    private let resources: DeliveryResources
    private let directions: LiveDirections
    private let gauge: LinkGauge
    private let pipeline: SealingPipeline
    private let courier: SessionCourier
    /// How sealing begins before there is a greeting; `nil` where it waits for one.
    private let remembered: SealingTerms?
    private let isRateAwaited: Bool
    /// Bytes of the largest file that is to be sealed.
    private let largestFile: Int

    private var outbox: Outbox { resources.outbox }

    /// Tells the observer of files whose fate was known before.
    ///
    /// - Throws: ``OutboxError`` for a study without manifest or key; ``ProtocolError``; `OperationFailure` when the receiver's card is not
    ///   trusted any more; what the journal throws.
    init(_ study: OutboxStudy, _ transfer: Transfer, _ resources: DeliveryResources, _ way: any DeliveryWay) async throws {
        try await transfer.begin()
        guard let text = study.manifest, let keyBytes = study.studyKey, let key = try? StudyKey(bytes: keyBytes) else {
            throw OutboxError(code: .damaged, description: "the transfer \(study.transferID) has no manifest or key in the outbox")
        }
        let manifest = try Manifest(text: text, signedBy: resources.identity.card())
        let region = try await resources.pool.run { [choices = study.choices] in choices.regionPolicy }
        let sealers = SealerSource(key: key, studyUID: manifest.studyUID, choices: study.choices, region: region)
        let directions = LiveDirections(study, resources.outbox, clock: resources.clock)
        let gauge = LinkGauge()
        let workload = transfer.rows.filter { $0.state == .planned }.map(\.originalBytes)
        let advisor = EncodingAdvisor(
            workload: workload, workers: resources.pool.width, remembered: try await Self.rememberedRate(of: study, directions, resources),
            study: study.studyUID.text)
        self.study = study
        self.manifest = manifest
        self.transfer = transfer
        self.resources = resources
        self.directions = directions
        self.gauge = gauge
        pipeline = SealingPipeline(
            transfer, sealers: sealers, capacity: resources.sealing, directions: directions, advisor: advisor, clock: resources.clock,
            link: { await gauge.standing(bytesAhead: transfer.bytesAhead) })
        courier = SessionCourier(
            manifest: manifest, key: key, resources: resources, transfer: transfer, sealers: sealers, advisor: advisor, gauge: gauge,
            directions: directions, way: way)
        remembered = try await courier.rememberedTerms()
        largestFile = workload.max() ?? 0
        // A large file is sealed in one way only, so the greeting, and with it the link's rate, is worth waiting for.
        isRateAwaited =
            try largestFile > Self.largeFile && remembered.map { try advisor.wantsRate(study.choices.encodings(for: $0)) } ?? false
        if let remembered, !isRateAwaited { try await courier.use(remembered) }
    }

    // MARK: Sealing

    /// Some tenths of a second of the slowest codec.
    private static let largeFile = 4 << 20

    /// How long sealing waits for the first greeting of a receiver, which says which codecs it reads and whether it keeps stego files.
    /// The larger the files, the more it costs to seal them without knowing.
    private var patienceWithGreeting: Duration { largestFile > Self.largeFile ? .seconds(5) : .milliseconds(200) }

    /// Seals ahead of the link while `body` runs.
    ///
    /// - Throws: what `body` throws; or else what sealing or the journal throws, by which `body` is cancelled.
    func sealing<Result: Sendable>(while body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        defer { resources.observer.observe(.carried(wireBytes: gauge.totalWireBytes)) }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            /// Where the whole is cancelled, `body` says how it ended: the study may be closed by then.
            func addCompanion(_ companion: @escaping @Sendable () async throws -> Void) {
                group.addTask {
                    do { try await companion() } catch is CancellationError where Task.isCancelled {}
                    return nil
                }
            }
            if remembered == nil || isRateAwaited {
                addCompanion { [self] in try await courier.use(remembered, after: patienceWithGreeting) }
            }
            addCompanion { [self] in try await pipeline.run() }
            addCompanion { [self] in try await directions.keepUpToDate() }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    // MARK: Sending

    /// One attempt, from connecting to the study's receipt.
    ///
    /// - Throws: as ``SessionCourier/deliver()`` does.
    func attempt() async throws -> StudyReceipt {
        do {
            return try await courier.deliver()
        } catch {
            gauge.failed()
            throw error
        }
    }

    /// Closes the study, whose receipt has come. Everything signed goes into the archive first: should this process end here, the receiver
    /// signs once more.
    ///
    /// - Returns: files delivered and failed.
    func close(_ receipt: StudyReceipt) async throws -> (delivered: Int, failed: Int) {
        try await transfer.endStoring()
        await rememberRate()
        let texts = try await transfer.receipts()
        let (manifestText, receiptText) = (try manifest.text(), try receipt.text())
        let path = try await resources.disk.run { [archive = ReceiptArchive(home: resources.home), transferID = study.transferID] in
            try archive.store(transferID: transferID, manifest: manifestText, receipts: texts, studyReceipt: receiptText)
        }
        return try await transfer.close(receipts: path)
    }

    // MARK: The link's rate

    /// Where the study goes, as it is known before there is a connection.
    private static func address(
        of study: OutboxStudy, _ directions: LiveDirections, _ resources: DeliveryResources
    ) async -> PeerAddress? {
        try? await resources.receiver(of: study).address(override: directions.address)
    }

    private static func rememberedRate(
        of study: OutboxStudy, _ directions: LiveDirections, _ resources: DeliveryResources
    ) async throws -> Double? {
        guard let address = await address(of: study, directions, resources) else { return nil }
        return try await resources.outbox.bytesPerSecond(to: address)
    }

    /// The next study over this link may begin with what it carries.
    private func rememberRate() async {
        _ = await gauge.standing(bytesAhead: 0)
        guard let rate = gauge.bytesPerSecond, let address = await Self.address(of: study, directions, resources) else { return }
        try? await outbox.journal.remember(MeasuredLink(bytesPerSecond: rate, measured: Date()), to: address)
    }
}
