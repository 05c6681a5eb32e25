import Basics
import ChildProcesses
import CommandLineSupport
import Concurrency
import Logging
import Protocol
import Receiving
import Replying
import Sending

/// The receiving engine at the clinic, wired to the sending one: what came back is an inbox of this home.
struct ReplyTaking: Sendable {
    let receiver: DialledReceiver
    let collector: ReplyCollector
    let critical: CriticalWatch

    /// Opens the inbox for replies.
    ///
    /// - Parameter patience: how long to wait for a program that has the inbox and is just stopping.
    /// - Throws: as ``DialledReceiver`` and ``ReplyIntake``.
    static func open(
        _ resources: DeliveryResources, into folder: String, _ choices: ReplyOptions, json: JSONLines?, patience: Duration = .seconds(10)
    ) async throws -> ReplyTaking {
        var options = choices.receiverOptions(into: folder)
        let arrival = ReplyArrival(
            intake: try ReplyIntake(home: resources.home, trust: resources.trust), hook: choices.onReply.map { CommandHook($0) }, json: json
        )
        options.follow = { study in
            await arrival.take(study)
            resources.figures.countReply()
        }
        let receiver = try await DialledReceiver(
            home: resources.home, options: options, trust: resources.trust, gate: ReplyGate(resources), observer: ReplyReporter(json: json),
            patience: patience)
        let alarms = CriticalAlarms(
            journal: try ReplyJournal(state: resources.home.state), isOwn: false,
            timing: CriticalAlarms.Timing(within: .zero, repetition: choices.criticalRepeat.duration))
        let critical = CriticalWatch(
            alarms: alarms, hook: choices.onCritical.map { CommandHook($0) }, json: json, figures: resources.figures)
        return ReplyTaking(receiver: receiver, collector: ReplyCollector(receiver), critical: critical)
    }

    /// For a command that delivers and ends; `nil` where a service of this home takes the replies already.
    ///
    /// - Parameter resources: sessions in which they send take replies, too, from then on.
    static func collecting(
        _ resources: inout DeliveryResources, _ choices: CollectingOptions, json: JSONLines?
    ) async throws -> ReplyTaking? {
        guard let folder = choices.replies else { return nil }
        do {
            let taking = try await open(resources, into: folder, choices.options, json: json, patience: .zero)
            resources.replies = taking.collector
            return taking
        } catch let error as OperationFailure where error.kind == .temporary {
            Logger(label: "veilray.replies").notice("another program of this home takes replies", metadata: ["reason": "\(error)"])
            return nil
        }
    }
}

extension Optional<ReplyTaking> {
    /// Runs `body`, which delivers. Where replies are taken, they are restored meanwhile, and what waits is collected at the end.
    func collecting<Result: Sendable>(while body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        guard let self else { return try await body() }
        return try await self.receiver.receiving { try await self.collector.collecting(while: body) }
    }

    /// Runs `body`, a service. Where replies are taken, a session is held meanwhile with each receiver.
    func listening<Result: Sendable>(
        _ listener: (ReplyTaking) -> ReplyListener, while body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let self else { return try await body() }
        let listener = listener(self)
        return try await self.receiver.receiving {
            try await self.critical.watching { try await withServices([Service { try await listener.follow() }], body) }
        }
    }
}
