import Basics
import ChildProcesses
import Concurrency
import Logging
import Protocol
import Receiving
import Sending

/// A person's choices about the replies that come.
package struct ReplyChoices: Sendable {
    /// Absolute: the journal outlives the process and its working directory.
    package let folder: String
    /// Run for each reply; its folder is the last word.
    package var hook: CommandHook?
    /// Run while a critical one is not acknowledged; its folder is the last word.
    package var criticalHook: CommandHook?
    /// Between two alarms.
    package var criticalRepetition = Duration.seconds(300)
    /// Where each reply is handed on to.
    package var forwarding: ReceiverOptions.Forwarding?

    package init(folder: String) {
        self.folder = folder
    }

    fileprivate var receiverOptions: ReceiverOptions {
        var options = ReceiverOptions(folder: folder)
        options.wholeStudies = true
        options.understood = Reply.understood
        options.hasPulse = false
        options.forwarding = forwarding
        return options
    }
}

/// The receiving engine at the clinic, wired to the sending one: what came back is an inbox of this home.
package struct ReplyTaking: Sendable {
    package let receiver: DialledReceiver
    fileprivate let collector: ReplyCollector
    private let critical: CriticalWatch

    /// Opens the inbox for replies.
    ///
    /// - Parameter patience: how long to wait for a program that has the inbox and is just stopping.
    /// - Throws: as ``DialledReceiver`` and ``ReplyIntake``.
    package static func open(
        _ resources: DeliveryResources, _ choices: ReplyChoices, observer: any ReplyObserver, patience: Duration = .seconds(10)
    ) async throws -> ReplyTaking {
        let arrival = ReplyArrival(
            intake: try ReplyIntake(home: resources.home, trust: resources.trust), hook: choices.hook, observer: observer)
        var options = choices.receiverOptions
        options.follow = { study in
            await arrival.take(study)
            resources.figures.countReply()
        }
        let receiver = try await DialledReceiver(
            home: resources.home, options: options, trust: resources.trust, gate: ReplyGate(resources),
            observer: ReceptionOfReplies(observer: observer), patience: patience)
        let alarms = CriticalAlarms(
            journal: try ReplyJournal(state: resources.home.state), isOwn: false,
            timing: CriticalAlarms.Timing(within: .zero, repetition: choices.criticalRepetition))
        let critical = CriticalWatch(alarms, hook: choices.criticalHook, observer: observer) {
            resources.figures.setOpenCriticalReplies($0)
        }
        return ReplyTaking(receiver: receiver, collector: ReplyCollector(receiver), critical: critical)
    }

    /// For a command that delivers and ends; `nil` where a service of this home takes the replies already.
    ///
    /// - Parameters:
    ///   - resources: sessions in which they send take replies, too, from then on.
    ///   - choices: `nil` where nobody wants replies.
    package static func collecting(
        _ resources: inout DeliveryResources, _ choices: ReplyChoices?, observer: any ReplyObserver
    ) async throws -> ReplyTaking? {
        guard let choices else { return nil }
        do {
            let taking = try await open(resources, choices, observer: observer, patience: .zero)
            resources.replies = taking.collector
            return taking
        } catch let error as OperationFailure where error.kind == .temporary {
            Logger(label: "veilray.replies").notice("another program of this home takes replies", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    /// Runs `body`, which holds sessions with receivers. What comes is restored meanwhile, and critical replies raise alarms.
    package func following<Result: Sendable>(while body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await receiver.receiving { try await withServices([Service { await critical.run() }], body) }
    }
}

extension Optional<ReplyTaking> {
    /// Runs `body`, which delivers. Where replies are taken, they are restored meanwhile, and what waits is collected at the end.
    package func collecting<Result: Sendable>(while body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        guard let self else { return try await body() }
        return try await self.receiver.receiving { try await self.collector.collecting(while: body) }
    }
}

/// Passes on what happens to replies on their way.
private struct ReceptionOfReplies: ReceiverObserver {
    let observer: any ReplyObserver

    func observe(_ event: ReceiverEvent) { observer.observe(.receiving(event)) }
}
