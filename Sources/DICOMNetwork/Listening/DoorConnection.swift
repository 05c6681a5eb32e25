import Basics
import CLinux
import Concurrency
import Glibc

/// The parent's side of one connection: answers what its child asks. It runs on a thread of its own.
final class DoorConnection: Sendable {
    /// How often it is looked whether time is up.
    private static let tick: Int32 = 200
    /// The time that a child has beyond that which it measures itself, before it is ended.
    private static let grace = Duration.seconds(10)
    /// How long what a child still has to send may take, in milliseconds.
    private static let farewell: Int32 = 2000

    private let listener: DoorListener
    private let children: DoorChildren
    private let identifier: Int
    private let address: NetworkAddress
    private let isSecure: Bool

    init(listener: DoorListener, children: DoorChildren, identifier: Int, address: NetworkAddress, isSecure: Bool) {
        self.listener = listener
        self.children = children
        self.identifier = identifier
        self.address = address
        self.isSecure = isSecure
    }

    private var rules: DoorRules { listener.rules }

    func serve(_ connection: Int32) {
        let child: AssociationChild
        do {
            child = try childHolding(connection)
        } catch {
            return listener.observer.observe(.helpless(address, reason: error.description))
        }
        listener.holding(child) {
            receive(from: child)
            child.finish(within: Self.farewell)
        }
    }

    /// A child that has the connection, which is closed here.
    private func childHolding(_ connection: Int32) throws(AssociationChildFailure) -> AssociationChild {
        defer { close(connection) }
        let message = ParentMessage.take(
            idleSeconds: Self.seconds(rules.idle), patienceSeconds: Self.seconds(rules.patience), commits: rules.commits)
        // One that waited may have ended meanwhile.
        for attempt in 0..<3 {
            let child = attempt == 0 ? try children.take() : try children.start()
            if child.send(message, descriptor: connection) { return child }
            child.end()
        }
        throw AssociationChildFailure(description: "children end before they are used")
    }

    private static func seconds(_ duration: Duration) -> Int { max(1, Int(duration.components.seconds)) }

    // MARK: The association

    private func receive(from child: AssociationChild) {
        var reason = "its child ended"
        switch next(from: child, within: rules.patience, file: nil) {
        case .requested(let calling, let called, let implementation)?:
            let caller = AssociationCaller(
                identifier: identifier, calling: calling, called: called, address: address, isSecure: isSecure,
                implementation: implementation)
            return decide(caller, child)
        case .ended(_, let why)?: reason = why
        default: break
        }
        guard !listener.isStopped else { return }
        listener.observer.observe(.silent(address, reason: reason))
    }

    private func decide(_ caller: AssociationCaller, _ child: AssociationChild) {
        var hasPlace = false
        var objection = rules.objection(to: caller, isFull: false)
        if objection == nil {
            hasPlace = listener.takePlace()
            if !hasPlace { objection = .limit }
        }
        defer { if hasPlace { listener.leavePlace() } }
        if let objection {
            let (result, source, reason) = objection.code
            listener.observer.observe(.rejected(caller, objection))
            guard child.send(.reject(result: result, source: source, reason: reason)) else { return }
            _ = next(from: child, within: rules.patience, file: nil)
            return
        }
        listener.observer.observe(.accepted(caller))
        var summary = AssociationSummary(ending: .stopped)
        if child.send(.accept) { summary = serve(caller, child) }
        listener.taker.ended(caller, summary.ending)
        listener.observer.observe(.ended(caller, summary))
    }

    private func serve(_ caller: AssociationCaller, _ child: AssociationChild) -> AssociationSummary {
        var summary = AssociationSummary(ending: .stopped)
        while true {
            switch next(from: child, within: rules.idle, file: nil) {
            case .offered(let offer)?:
                if let end = take(offer, from: caller, child, &summary) {
                    (summary.ending, summary.reason) = end
                    return summary
                }
            case .requestedAction(let offer)?:
                if let end = commit(offer, from: caller, child) {
                    (summary.ending, summary.reason) = end
                    return summary
                }
            case .ended(let ending, let reason)?:
                (summary.ending, summary.reason) = (ending, reason)
                return summary
            case nil:
                (summary.ending, summary.reason) = gone
                return summary
            default:
                (summary.ending, summary.reason) = (.stopped, "its child said nonsense")
                return summary
            }
        }
    }

    private var gone: (AssociationEnding, String) {
        listener.isStopped ? (.stopped, "") : (.broken, "its child ended, or stood still")
    }

    /// - Returns: how the association ended; `nil` where it goes on.
    private func take(
        _ offer: InstanceOffer, from caller: AssociationCaller, _ child: AssociationChild, _ summary: inout AssociationSummary
    ) -> (AssociationEnding, String)? {
        var draft: (any InstanceDraft)?
        var refusal: StoreAnswer?
        do throws(StoreRefusal) {
            draft = try listener.taker.begin(offer, from: caller)
        } catch {
            refusal = error.answer
        }
        guard child.send(.write, descriptor: draft?.descriptor ?? -1) else { return gone }
        let (byteCount, failure): (Int, Int)
        switch next(from: child, within: rules.idle, file: draft?.descriptor) {
        case .received(let count, let number)?: (byteCount, failure) = (count, number)
        case .ended(let ending, let reason)?: return (ending, reason)
        case nil: return gone
        default: return (.stopped, "its child said nonsense")
        }
        let answer = refusal ?? draft?.finish(byteCount: byteCount, failure: Int32(clamping: failure)) ?? .outOfResources("")
        if answer.isSuccess {
            summary.stored += 1
            summary.byteCount += byteCount
        } else {
            summary.refused += 1
            listener.observer.observe(.refused(offer, answer, caller))
        }
        return child.send(.answer(answer)) ? nil : gone
    }

    /// A request for storage commitment, which the child writes into memory.
    ///
    /// - Returns: how the association ended; `nil` where it goes on.
    private func commit(_ offer: InstanceOffer, from caller: AssociationCaller, _ child: AssociationChild) -> (AssociationEnding, String)? {
        let memory = CLinux_shared_memory()
        defer { if memory >= 0 { close(memory) } }
        guard child.send(.write, descriptor: memory) else { return gone }
        var answer = StoreAnswer.outOfResources("the request could not be kept")
        switch next(from: child, within: rules.idle, file: memory) {
        case .received(let count, let failure)?:
            if failure == 0, memory >= 0, count <= CommitmentRequest.maximumByteCount, let bytes = Self.bytes(of: memory, count) {
                answer =
                    CommitmentRequest(bytes, offer).map { listener.taker.commit($0, from: caller) }
                    ?? StoreAnswer(status: 0x0115, comment: "the request names no transaction or no instances")
            }
        case .ended(let ending, let reason)?: return (ending, reason)
        case nil: return gone
        default: return (.stopped, "its child said nonsense")
        }
        if !answer.isSuccess { listener.observer.observe(.refused(offer, answer, caller)) }
        return child.send(.answer(answer)) ? nil : gone
    }

    private static func bytes(of memory: Int32, _ count: Int) -> [UInt8]? {
        guard size(of: memory) == count else { return nil }
        var done = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            // Bounds: `done` < count, so the pointer and the length stay inside the buffer.
            while done < count {
                let got = pread(memory, buffer.baseAddress?.advanced(by: done), count - done, off_t(done))
                guard got > 0 else { break }
                done += got
            }
            filled = done
        }
        return done == count ? bytes : nil
    }

    /// The child's next message; `nil` where it has ended, or where nothing has come for too long, and neither has a file grown.
    private func next(from child: AssociationChild, within patience: Duration, file: Int32?) -> ChildMessage? {
        var size = file.map(Self.size)
        var deadline = listener.clock.now + patience + Self.grace
        while !listener.isStopped {
            switch child.receive(within: Self.tick) {
            case .message(let message): return message
            case .gone: return nil
            case .nothing: break
            }
            let now = listener.clock.now
            if let file, case let grown = Self.size(of: file), grown != size {
                size = grown
                deadline = now + patience + Self.grace
            }
            if now >= deadline {
                child.kill()
                return nil
            }
        }
        return nil
    }

    private static func size(of file: Int32) -> Int {
        var status = stat()
        return fstat(file, &status) == 0 ? Int(status.st_size) : 0
    }
}
