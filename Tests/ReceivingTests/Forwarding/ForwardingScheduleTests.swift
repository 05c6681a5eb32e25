import Basics
import Protocol
import Testing

@testable import Receiving

@Suite struct ForwardingScheduleTests {
    private let start = ContinuousClock.now
    private let old = TransferID()
    private let refused = TransferID()
    private let new = TransferID()

    @Test func aStudyThatIsRefusedDelaysNoOther() {
        var schedule = ForwardingSchedule { 1 }
        #expect(schedule.due(of: [refused], at: start) == [refused])
        schedule.isThere()
        for _ in 0..<12 { schedule.failed(refused, at: start) }
        #expect(schedule.next() == start + .seconds(300))
        #expect(schedule.due(of: [refused, new], at: start + .seconds(1)) == [new])
        #expect(schedule.due(of: [refused, new], at: start + .seconds(301)) == [new, refused])
    }

    @Test func eachWaitsForItself() {
        var schedule = ForwardingSchedule { 1 }
        schedule.failed(old, at: start)
        schedule.failed(refused, at: start)
        schedule.failed(refused, at: start + .seconds(2))
        #expect(schedule.due(of: [refused, old], at: start + .seconds(3)) == [old])
        // The one that was tried least goes first.
        #expect(schedule.due(of: [refused, old], at: start + .seconds(6)) == [old, refused])
    }

    @Test func aPACSThatIsAwayIsNotAskedForEachStudy() {
        var schedule = ForwardingSchedule { 1 }
        schedule.failed(old, at: start)
        schedule.failed(refused, at: start)
        for _ in 0..<4 { schedule.isAway(at: start) }
        #expect(schedule.due(of: [old, refused], at: start + .seconds(10)).isEmpty)
        #expect(schedule.next() == start + .seconds(16))
        // One that is new shows whether it is back.
        #expect(schedule.due(of: [old, refused, new], at: start + .seconds(10)) == [new])
        schedule.isThere()
        #expect(schedule.due(of: [old, refused], at: start + .seconds(10)) == [old, refused])
    }

    @Test func whatWasAcceptedIsForgotten() {
        var schedule = ForwardingSchedule { 1 }
        schedule.failed(old, at: start)
        #expect(schedule.due(of: [], at: start + .seconds(10)).isEmpty)
        #expect(schedule.next() == nil)
    }
}
