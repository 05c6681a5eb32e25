/// The turns of senders: divides places and memory among the senders whose files wait to be restored.
///
/// Senders come by turns, and the transfers of a sender by turns; within a transfer, what was added first. Places and bytes are shared by
/// all, and a sender of whom nothing is at work gets an additional place for a file of moderate size: whatever the files of the others are,
/// it need not wait until one of them is done. It is also what keeps memory bounded, whatever waits in the spool.
struct FairTurns<Job: Hashable & Sendable, Transfer: Hashable & Sendable> {
    struct Ticket: Hashable, Sendable {
        let job: Job
        let sender: String
        let transfer: Transfer
        /// The memory that restoring it takes.
        var bytes: Int
        /// Nothing else may be at work: it may be what ended the program before.
        var isAlone = false
    }

    /// Where a ticket's memory and place are counted.
    private enum Place {
        case shared
        /// Beyond the shared ones, since nothing of its sender was at work.
        case additional
    }

    /// The largest file that gets an additional place, in bytes.
    private static var moderate: Int { 64 << 20 }

    private let places: Int
    private let byteLimit: Int
    private var atWork: [Ticket: Place] = [:]
    /// Senders in the order of their turns.
    private var senders: [String] = []
    private var waiting: [String: Line] = [:]

    /// A sender's tickets.
    private struct Line {
        /// Transfers in the order of their turns.
        var transfers: [Transfer] = []
        var tickets: [Transfer: [Ticket]] = [:]

        var first: Ticket? { transfers.first.flatMap { tickets[$0]?.first } }

        mutating func add(_ ticket: Ticket, first: Bool) {
            if tickets[ticket.transfer] == nil { transfers.insert(ticket.transfer, at: first ? 0 : transfers.count) }
            tickets[ticket.transfer, default: []].insert(ticket, at: first ? 0 : tickets[ticket.transfer]?.count ?? 0)
        }

        /// Removes the first ticket; its transfer's next turn comes after those of the others.
        mutating func removeFirst() {
            let transfer = transfers.removeFirst()
            tickets[transfer]?.removeFirst()
            if tickets[transfer]?.isEmpty == true { tickets[transfer] = nil } else { transfers.append(transfer) }
        }
    }

    /// - Parameters:
    ///   - places: how many are at work at once; senders without any may be additional, as many again.
    ///   - bytes: how much those at work may hold together; a single one may exceed it when it is the only one in a shared place.
    init(places: Int, bytes: Int) {
        self.places = places
        byteLimit = bytes
    }

    /// - Parameter first: before everything else of its sender: it has had its turn, and needs more than was thought.
    mutating func add(_ ticket: Ticket, first: Bool = false) {
        if waiting[ticket.sender] == nil { senders.append(ticket.sender) }
        waiting[ticket.sender, default: Line()].add(ticket, first: first)
    }

    /// Takes the next ticket that may begin; it is at work until ``end(_:)``. Nil when nothing waits, or what waits has to go on waiting.
    mutating func next() -> Ticket? {
        guard !atWork.keys.contains(where: \.isAlone) else { return nil }
        // Once one that is due has to wait for shared room, nobody behind it takes that room away.
        var isSharedRoomOpen = true
        for sender in senders {
            guard let ticket = waiting[sender]?.first else { continue }
            if ticket.isAlone {
                guard atWork.isEmpty else { return nil }
                return begin(ticket, .shared)
            }
            if isSharedRoomOpen, hasSharedRoom(for: ticket) { return begin(ticket, .shared) }
            isSharedRoomOpen = false
            if mayBeAdditional(ticket) { return begin(ticket, .additional) }
        }
        return nil
    }

    mutating func end(_ ticket: Ticket) { atWork[ticket] = nil }

    private mutating func begin(_ ticket: Ticket, _ place: Place) -> Ticket {
        waiting[ticket.sender]?.removeFirst()
        senders.removeAll { $0 == ticket.sender }
        if waiting[ticket.sender]?.first == nil { waiting[ticket.sender] = nil } else { senders.append(ticket.sender) }
        atWork[ticket] = place
        return ticket
    }

    private func hasSharedRoom(for ticket: Ticket) -> Bool {
        let shared = atWork.filter { $0.value == .shared }.map(\.key.bytes)
        guard !shared.isEmpty else { return true }
        return shared.count < places && ticket.bytes <= byteLimit - shared.reduce(0, +)
    }

    private func mayBeAdditional(_ ticket: Ticket) -> Bool {
        ticket.bytes <= Self.moderate && !atWork.keys.contains { $0.sender == ticket.sender }
            && atWork.values.filter { $0 == .additional }.count < places
    }
}
