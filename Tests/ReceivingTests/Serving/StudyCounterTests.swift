import Concurrency
import Testing

@testable import Receiving

@Suite struct StudyCounterTests {
    @Test func stopsAtItsLimit() async {
        let stop = StopRequest()
        let counter = StudyCounter(limit: 2, stop: stop)
        await counter.finishedOne()
        #expect(!stop.isRequested)
        await counter.finishedOne()
        #expect(stop.isRequested)
        #expect(await counter.count == 2)
    }
}
