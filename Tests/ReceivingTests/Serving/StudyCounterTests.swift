import Concurrency
import Testing

@testable import Receiving

@Suite struct StudyCounterTests {
    @Test(.timeLimit(.minutes(1))) func asksForTheStopAtItsLimit() async {
        let stop = StopRequest()
        let counter = StudyCounter(limit: 2, stop: stop)
        await counter.finishedOne()
        #expect(!stop.isRequested)
        await counter.finishedOne()
        await stop.wait()
        #expect(await counter.count == 2)
    }
}
