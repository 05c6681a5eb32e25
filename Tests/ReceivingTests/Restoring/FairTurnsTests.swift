import SeededRandomness
import Testing

@testable import Receiving

@Suite struct FairTurnsTests {
    private typealias Turns = FairTurns<Int, Int>

    private static let megabyte = 1 << 20

    private static func ticket(_ job: Int, _ sender: String, transfer: Int = 0, megabytes: Int = 1, isAlone: Bool = false) -> Turns.Ticket {
        Turns.Ticket(job: job, sender: sender, transfer: transfer, bytes: megabytes * megabyte, isAlone: isAlone)
    }

    /// Jobs in the order in which they begin, one at a time.
    private static func order(_ turns: inout Turns) -> [Int] {
        var order: [Int] = []
        while let ticket = turns.next() {
            order.append(ticket.job)
            turns.end(ticket)
        }
        return order
    }

    @Test func sendersAndTheirTransfersComeByTurns() {
        var turns = Turns(places: 1, bytes: 100 * Self.megabyte)
        for job in 0..<3 { turns.add(Self.ticket(job, "a", transfer: 1)) }
        for job in 10..<13 { turns.add(Self.ticket(job, "a", transfer: 2)) }
        for job in 20..<22 { turns.add(Self.ticket(job, "b", transfer: 3)) }
        #expect(Self.order(&turns) == [0, 20, 10, 21, 1, 11, 2, 12])
    }

    @Test func placesAndBytesAreShared() {
        var turns = Turns(places: 2, bytes: 100 * Self.megabyte)
        for job in 0..<4 { turns.add(Self.ticket(job, "a")) }
        let begun = [turns.next(), turns.next(), turns.next()]
        #expect(begun.map { $0?.job } == [0, 1, nil])
        if let first = begun[0] { turns.end(first) }
        #expect(turns.next()?.job == 2)

        turns = Turns(places: 2, bytes: 100 * Self.megabyte)
        turns.add(Self.ticket(0, "a", megabytes: 70))
        turns.add(Self.ticket(1, "a", megabytes: 70))
        #expect(turns.next()?.job == 0)
        #expect(turns.next() == nil)
    }

    /// Whatever one sender has at work, the first file of another begins at once.
    @Test func anotherSenderNeedNotWait() {
        var turns = Turns(places: 2, bytes: 100 * Self.megabyte)
        for job in 0..<10 { turns.add(Self.ticket(job, "bombs", megabytes: 1_000)) }
        #expect(turns.next()?.job == 0)
        #expect(turns.next() == nil)
        turns.add(Self.ticket(100, "clinic"))
        turns.add(Self.ticket(101, "clinic"))
        #expect(turns.next()?.job == 100)
        // Its next one waits for the first, or for shared room.
        #expect(turns.next() == nil)
        turns.end(Self.ticket(100, "clinic"))
        #expect(turns.next()?.job == 101)
    }

    /// On a clock of its own: files of one sender that use up every limit delay another's by less than two seconds each, whenever they come.
    @Test(arguments: [1, 2, 4], [0.05, 0.5]) func bombsDelayAnothersFilesLittle(processors: Int, seconds: Double) throws {
        var turns = Turns(places: processors, bytes: 512 * Self.megabyte)
        var work: [Int: Double] = [:]
        for job in 0..<40 {
            // A third of them large, as an announced image may be.
            turns.add(Self.ticket(job, "bombs", transfer: job / 10, megabytes: job % 3 == 0 ? 600 : 2))
            work[job] = 30
        }
        let arrivals = (0..<20).map { (job: 100 + $0, time: 0.7 + 3.3 * Double($0)) }
        for arrival in arrivals { work[arrival.job] = seconds }
        var coming = arrivals[...]
        var atWork: [Turns.Ticket] = []
        var (now, ended): (Double, [Int: Double]) = (0, [:])
        while ended.count < arrivals.count {
            while let arrival = coming.first, arrival.time <= now {
                turns.add(Self.ticket(arrival.job, "clinic"))
                coming.removeFirst()
            }
            while let ticket = turns.next() { atWork.append(ticket) }
            // Those at work share the processors evenly.
            let rate = min(1, Double(processors) / Double(max(1, atWork.count)))
            let next = atWork.compactMap { work[$0.job].map { $0 / rate } }.min() ?? .infinity
            let step = min(next, (coming.first?.time ?? .infinity) - now)
            try #require(step.isFinite, "nothing is at work and nothing comes")
            now += step
            for ticket in atWork { work[ticket.job, default: 0] -= step * rate }
            for ticket in atWork where work[ticket.job, default: 0] <= 1e-9 {
                turns.end(ticket)
                if ticket.sender == "clinic" { ended[ticket.job] = now }
            }
            atWork.removeAll { work[$0.job, default: 0] <= 1e-9 }
        }
        for arrival in arrivals {
            let delay = try #require(ended[arrival.job]) - arrival.time - seconds
            #expect(delay < 2, "\(arrival.job)")
        }
    }

    @Test func additionalPlacesAreBounded() {
        var turns = Turns(places: 2, bytes: 100 * Self.megabyte)
        for sender in 0..<10 { turns.add(Self.ticket(sender, "sender \(sender)")) }
        var begun = 0
        while turns.next() != nil { begun += 1 }
        #expect(begun == 4)
        turns.add(Self.ticket(20, "large", megabytes: 65))
        #expect(turns.next() == nil)
    }

    /// What needs more room than there is gets it in the end, also while others go on coming.
    @Test func aLargeOneIsNotPassedOverForEver() {
        var turns = Turns(places: 2, bytes: 100 * Self.megabyte)
        for job in 0..<50 {
            turns.add(Self.ticket(job, "a"))
            turns.add(Self.ticket(100 + job, "b"))
        }
        turns.add(Self.ticket(1_000, "large", megabytes: 500))
        var atWork: [Turns.Ticket] = []
        for step in 0..<20 {
            while let ticket = turns.next() { atWork.append(ticket) }
            if atWork.contains(where: { $0.job == 1_000 }) {
                #expect(step < 6)
                return
            }
            turns.end(atWork.removeFirst())
        }
        Issue.record("it never began")
    }

    @Test func aSuspectHasNoCompany() {
        var turns = Turns(places: 2, bytes: 100 * Self.megabyte)
        turns.add(Self.ticket(0, "a"))
        let first = turns.next()
        turns.add(Self.ticket(1, "a", isAlone: true))
        turns.add(Self.ticket(2, "b"))
        #expect(turns.next() == nil)
        if let first { turns.end(first) }
        let suspect = turns.next()
        #expect(suspect?.job == 1)
        #expect(turns.next() == nil)
        if let suspect { turns.end(suspect) }
        #expect(turns.next()?.job == 2)
    }

    @Test func whatNeedsMoreRoomGoesFirst() {
        var turns = Turns(places: 1, bytes: 100 * Self.megabyte)
        for job in 0..<3 { turns.add(Self.ticket(job, "a", transfer: job)) }
        guard var ticket = turns.next() else {
            Issue.record("nothing began")
            return
        }
        turns.end(ticket)
        ticket.bytes = 300 * Self.megabyte
        turns.add(ticket, first: true)
        #expect(turns.next() == ticket)
    }

    /// Random comings and goings: nothing is lost, nothing begins twice, and the limits hold.
    @Test func everythingHasItsTurnOnce() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<200 {
            var turns = Turns(places: Int.random(in: 1...4, using: &random), bytes: 200 * Self.megabyte)
            var (atWork, begun, added) = ([Turns.Ticket](), Set<Int>(), 0)
            while begun.count < 60 || !atWork.isEmpty {
                if added < 60, Bool.random(using: &random) {
                    turns.add(
                        Self.ticket(
                            added, "s\(Int.random(in: 0..<5, using: &random))", transfer: Int.random(in: 0..<3, using: &random),
                            megabytes: Int.random(in: 1...300, using: &random), isAlone: Int.random(in: 0..<15, using: &random) == 0))
                    added += 1
                }
                while let ticket = turns.next() {
                    #expect(begun.insert(ticket.job).inserted)
                    atWork.append(ticket)
                    #expect(atWork.count == 1 || !atWork.contains(where: \.isAlone))
                }
                if added == 60 && atWork.isEmpty && begun.count < 60 {
                    Issue.record("what waits never begins")
                    return
                }
                if !atWork.isEmpty, Bool.random(using: &random) {
                    turns.end(atWork.remove(at: Int.random(in: atWork.indices, using: &random)))
                }
            }
        }
    }
}
