import Concurrency
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ServicesTests {
    private struct Failure: Error {}

    /// The steps that were taken, in their order.
    private final class Steps: Sendable {
        private let steps = Mutex<[String]>([])
        var all: [String] { steps.withLock { $0 } }
        func add(_ step: String) { steps.withLock { $0.append(step) } }

        /// A service that ends when it is stopped.
        func service(_ name: String) -> Service {
            let stop = StopRequest()
            return Service(
                {
                    await stop.wait()
                    self.add("\(name) ended")
                },
                stop: {
                    self.add("\(name) stopped")
                    stop.request()
                })
        }
    }

    private func forever() async throws { try await Task.sleep(for: .seconds(3_600)) }

    @Test func theLastOneIsStoppedFirst() async throws {
        let steps = Steps()
        let result = try await withServices([steps.service("a"), steps.service("b")]) {
            steps.add("body")
            return 7
        }
        #expect(result == 7)
        #expect(steps.all == ["body", "b stopped", "b ended", "a stopped", "a ended"])
    }

    @Test func anErrorOfTheBodyEndsThemToo() async throws {
        let steps = Steps()
        await #expect(throws: Failure.self) {
            try await withServices([steps.service("a"), Service(forever)]) { throw Failure() }
        }
        #expect(steps.all == ["a stopped", "a ended"])
    }

    @Test func anErrorOfAServiceEndsTheBody() async throws {
        let steps = Steps()
        await #expect(throws: Failure.self) {
            try await withServices([Service { throw Failure() }, steps.service("b")]) {
                do { try await forever() } catch is CancellationError { steps.add("body") }
            }
        }
        #expect(Set(steps.all) == ["body", "b ended"])
    }

    @Test func aServiceMayEndBefore() async throws {
        let ended = StopRequest()
        try await withServices([Service { ended.request() }]) { await ended.wait() }
        #expect(ended.isRequested)
    }

    @Test func aCancelledTaskEndsAll() async throws {
        let (steps, begun) = (Steps(), StopRequest())
        let task = Task {
            try await withServices([steps.service("a")]) {
                begun.request()
                try await forever()
            }
        }
        await begun.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(steps.all == ["a ended"])
    }

    @Test func withoutCancellationGoesOn() async throws {
        let (begun, cancelled) = (StopRequest(), StopRequest())
        let task = Task {
            await withoutCancellation {
                begun.request()
                await cancelled.wait()
                return Task.isCancelled
            }
        }
        await begun.wait()
        task.cancel()
        cancelled.request()
        #expect(await !task.value)
    }

    @Test func aStopEndsASleep() async {
        let stop = StopRequest()
        #expect(await stop.sleep(for: .zero))
        stop.request()
        #expect(await !stop.sleep(for: .seconds(3_600)))
    }

    @Test func aChangeEndsAWait() async {
        let notice = ChangeNotice()
        await notice.change(after: 0, within: .zero)
        notice.post()
        await notice.change(after: 0, within: .seconds(3_600))
        #expect(notice.count == 1)
    }
}
