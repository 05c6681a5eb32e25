import Testing

@testable import Sending

@Suite struct LinkGaugeTests {
    /// Files are sealed before a distant receiver has greeted; then there is nothing yet that could tell the link's rate.
    @Test func whatWaitsForTheGreetingWaits() async {
        let gauge = LinkGauge()
        let before = await gauge.standing(bytesAhead: 0)
        #expect(before.standing == .untried && before.waitingBytes == 0 && before.waitingSeconds == 0)
        _ = await gauge.standing(bytesAhead: 1)
        let later = await gauge.standing(bytesAhead: 2 << 20)
        #expect(later.standing == .untried && later.waitingBytes == 2 << 20 && later.waitingSeconds > 0)
        // Also when everything is with the channel.
        #expect(await gauge.standing(bytesAhead: 0).waitingSeconds >= later.waitingSeconds)
    }

    @Test func whoCannotBeReachedIsAbsent() async {
        let gauge = LinkGauge()
        gauge.failed()
        #expect(await gauge.standing(bytesAhead: 1).standing == .absent)
    }
}
