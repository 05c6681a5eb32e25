import Concurrency
import Protocol
import StegoKit

extension Reception {
    /// Runs everything that works on what arrives, while `body` runs. It begins with what an earlier run left.
    ///
    /// Whatever ends `body`, everything that this started has ended when it returns.
    /// - Throws: what `body` throws; `FileError` and errors of the journal where an earlier run's work cannot be taken up.
    func running<Result: Sendable>(
        _ cards: LiveTrust, while body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let recovery = ChangeNotice()
        let result = try await withServices(services(cards, behind: recovery)) {
            try await recover()
            recovery.post()
            return try await body()
        }
        await endInOrder()
        return result
    }

    /// The last one is stopped first: files that have come are still restored, restored ones reported.
    private func services(_ cards: LiveTrust, behind recovery: ChangeNotice) -> [Service] {
        [
            Service {
                try await recovery.change(after: 0)
                await pulse?.beat()
            },
            Service { await forwarder?.run() },
            Service { await disk.keepLooking() },
            Service { try await manifests.keepTidying(on: pool) },
            Service({ await notifier.run() }, stop: { await notifier.finish() }),
            Service({ await restoring.run() }, stop: { await restoring.stop() }),
            Service { try await cards.keepLooking(on: pool) },
            // Files of a sender that is trusted again wait no longer.
            Service { try await cards.watch.forEachChange { await restoring.resume() } },
        ]
    }

    /// What this release reads.
    static var capabilities: Capabilities {
        Capabilities(
            codecs: StegoCodec.allCases.compactMap { CapabilityName($0.rawValue) },
            methods: EmbeddingMethod.all.compactMap { CapabilityName($0.name) },
            features: [Capabilities.probing] + StegoFeatures.names.compactMap { CapabilityName($0) })
    }

    /// On what terms studies are taken now. A sender that comes while the disk has too little room gets one chunk of credit, and the rest
    /// when it has.
    var terms: StudyTerms {
        get async {
            var limits = SessionLimits()
            if await !disk.hasRoom() { limits.creditWindow = limits.chunkBytes }
            return StudyTerms(keepsStego: keyring != nil, limits: limits)
        }
    }

    /// Gives a session's credit back, with what its terms held back.
    func credit(of session: Session) -> CreditGate {
        let granted = session.agreement.incoming?.limits.creditWindow ?? SessionLimits().creditWindow
        return CreditGate(session: session, disk: disk, owed: SessionLimits().creditWindow - granted, clock: clock)
    }
}
