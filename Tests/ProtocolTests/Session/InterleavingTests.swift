import Basics
import Crypto
import Foundation
import SeededRandomness
import Testing

@testable import Protocol

/// Both directions of sessions at once, in random order, over links that break: everything arrives exactly once, and nothing waits for ever.
@Suite(.timeLimit(.minutes(5))) struct InterleavingTests {
    @Test(arguments: Array(UInt64(1)...48)) func everyStudyArrivesExactlyOnce(seed: UInt64) throws {
        var world = try World(seed: seed)
        try world.run()
        for side in world.sides {
            let other = world.sides[1 - side.number]
            for study in side.studies {
                let receipt = try #require(study.receipt, "seed \(seed): a study without its receipt")
                try receipt.check(against: study.manifest, receipts: Array(study.receipts.values))
                #expect(receipt.tally.withdrawn == study.unreadable.count && receipt.tally.failed == 0)
                let store = try #require(other.stores[study.manifest.transferID])
                #expect(store.key == study.key)
                for index in study.files.indices where !study.unreadable.contains(index) {
                    #expect(store.whole[index] == study.files[index], "seed \(seed): instance \(index) came with other bytes")
                    #expect(store.arrivals[index] == 1, "seed \(seed): instance \(index) came \(store.arrivals[index] ?? 0) times")
                }
            }
        }
    }
}

/// A study at its source.
private struct Study {
    let manifest: Manifest
    let key: SymmetricKey
    let files: [[UInt8]]
    let unreadable: Set<Int>
    /// Of the session in which the study was completed.
    var receipts: [Int: InstanceReceipt] = [:]
    var receipt: StudyReceipt?
}

/// A study at its sink, on the disk: outlives sessions.
private struct Store {
    var manifest: Manifest
    var key: SymmetricKey?
    var parts: [Int: (digest: ContentDigest, bytes: [UInt8])] = [:]
    var whole: [Int: [UInt8]] = [:]
    var arrivals: [Int: Int] = [:]

    var admission: StudyAdmission {
        let partial = parts.filter { !$0.value.bytes.isEmpty }.mapValues { part in
            var hash = SHA256()
            hash.update(data: part.bytes)
            return StudyAdmission.Part(receivedBytes: UInt64(part.bytes.count), digest: part.digest, hash: hash)
        }
        return StudyAdmission(complete: Set(whole.keys), partial: partial)
    }
}

/// One program: what it has on its disk, and its session.
private struct Side {
    let number: Int
    let identity: Identity
    let roles: SessionRoles
    var studies: [Study]
    var stores: [TransferID: Store] = [:]

    // Of the session
    var state: SessionState
    /// What the link holds on its way here, and what has come and was not taken by the sink yet.
    var onTheWay: [WireMessage] = []
    var inbox: [WireMessage] = []
    /// The study that is open, as a source.
    var sending: Int?
    var standing: StudyStanding?
    var done: Set<Int> = []
    /// The study that is open, as a sink.
    var taking: TransferID?
    var toAcknowledge: [Int] = []
    var isSent = false
    var ungranted = 0
    var hasSaidNoMore = false
    var hasLeft = false

    mutating func begin(_ state: SessionState) {
        self.state = state
        (onTheWay, inbox, sending, standing, done) = ([], [], nil, nil, [])
        (taking, toAcknowledge, isSent, ungranted, hasSaidNoMore) = (nil, [], false, 0, false)
    }
}

private enum Action: Equatable {
    case hear(Int)
    case take(Int)
    case open(Int)
    case begin(Int, index: Int)
    case chunk(Int)
    case withdraw(Int, index: Int)
    case finish(Int)
    case stop(Int)
    case admit(Int)
    case refuse(Int)
    case grant(Int)
    case acknowledge(Int)
    case complete(Int)
    case noMore(Int)
    case leave(Int)
    case cut
}

extension SourceState {
    fileprivate var canStop: Bool {
        switch self {
        case .opening, .awaiting, .sending, .completing: true
        case .greeting, .offering, .idle, .stopping, .ended: false
        }
    }
}

private struct World {
    var sides: [Side]
    private var generator: SplitMix64
    /// How much trouble there may still be.
    private var cuts: Int
    private var stops: Int

    init(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let people = [People.clinic, People.radiologist]
        sides = try (0..<2).map { number in
            let limits = SessionLimits(
                creditWindow: Int.random(in: 1_024...4_096, using: &generator), chunkBytes: Int.random(in: 1_024...2_048, using: &generator)
            )
            let roles = SessionRoles(capabilities: Fixtures.capabilities, isSource: true, sink: StudyTerms(limits: limits))
            let studies = try (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                let files = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                    generator.bytes(Bool.random(using: &generator) ? Int.random(in: 1...40, using: &generator) : 5_000)
                }
                let unreadable = Set(files.indices.filter { _ in Int.random(in: 0..<8, using: &generator) == 0 })
                return Study(
                    manifest: try Fixtures.manifest(count: files.count, by: people[number]),
                    key: Fixtures.studyKey(UInt8.random(in: 0...255, using: &generator)), files: files, unreadable: unreadable)
            }
            let state = try Self.hail(people[number], people[1 - number], roles).state
            return Side(number: number, identity: people[number], roles: roles, studies: studies, state: state)
        }
        cuts = Int.random(in: 0...6, using: &generator)
        stops = Int.random(in: 0...4, using: &generator)
        self.generator = generator
        try connect()
    }

    private static func hail(_ identity: Identity, _ peer: Identity, _ roles: SessionRoles) throws -> (
        state: SessionState, hello: WireMessage
    ) {
        let binding = ChannelBinding(
            exporter: Array(repeating: 7, count: 32), initiatorCertificate: identity.certificateDigest,
            responderCertificate: peer.certificateDigest)
        let handshake = try InitiatorHandshake(identity: identity, peer: Fixtures.peer(peer), roles: roles, binding: binding)
        return (SessionState(handshake), .hello(handshake.greeting))
    }

    /// A new connection; who dials is chance.
    private mutating func connect() throws {
        let dialler = Int.random(in: 0..<2, using: &generator)
        let (near, far) = (sides[dialler], sides[1 - dialler])
        let (state, hello) = try Self.hail(near.identity, far.identity, near.roles)
        let binding = ChannelBinding(
            exporter: Array(repeating: 7, count: 32), initiatorCertificate: near.identity.certificateDigest,
            responderCertificate: far.identity.certificateDigest)
        let home = try TemporaryHome()
        let handshake = try ResponderHandshake(
            identity: far.identity, trust: home.trust(near.identity), certificateDER: near.identity.certificateDER, roles: far.roles,
            binding: binding)
        sides[dialler].begin(state)
        sides[1 - dialler].begin(SessionState(handshake))
        sides[1 - dialler].onTheWay = [hello]
        // Sometimes a study goes in the first flight.
        if let next = near.studies.firstIndex(where: { $0.receipt == nil }), Bool.random(using: &generator) {
            sides[dialler].sending = next
            sides[dialler].studies[next].receipts = [:]
            try perform(dialler, .source(.offer(near.studies[next].manifest, near.studies[next].key)))
        }
    }

    // MARK: What can happen

    mutating func run() throws {
        for _ in 0..<100_000 {
            var actions = possible()
            if sides.allSatisfy(\.state.hasEnded) { return }
            try #require(!actions.isEmpty, "nothing can happen any more: \(sides.map { "\($0.state.source.name), \($0.state.sink.name)" })")
            // Trouble is rarer than work.
            if cuts > 0, Int.random(in: 0..<60, using: &generator) == 0 { actions = [.cut] }
            if let action = actions.randomElement(using: &generator) { try act(action) }
        }
        Issue.record("there is no end")
    }

    private mutating func possible() -> [Action] {
        var actions: [Action] = []
        for side in sides where !side.state.hasEnded {
            let number = side.number
            if !side.onTheWay.isEmpty { actions.append(.hear(number)) }
            if !side.inbox.isEmpty, !side.state.sink.isDeciding { actions.append(.take(number)) }
            actions += possibleSending(side) + possibleTaking(side)
            let isDone = side.studies.allSatisfy { $0.receipt != nil }
            if case .idle = side.state.source, isDone, !side.hasSaidNoMore { actions.append(.noMore(number)) }
            if side.hasSaidNoMore, side.state.isIdle, side.state.isSinkDone { actions.append(.leave(number)) }
        }
        return actions
    }

    private mutating func possibleSending(_ side: Side) -> [Action] {
        let number = side.number
        if case .idle = side.state.source, !side.hasSaidNoMore, side.studies.contains(where: { $0.receipt == nil }) {
            return [.open(number)]
        }
        var actions: [Action] = []
        if side.sending != nil, stops > 0, side.state.source.canStop, Int.random(in: 0..<30, using: &generator) == 0 {
            actions.append(.stop(number))
        }
        guard let sending = side.sending, let flow = side.state.source.flow else { return actions }
        let study = side.studies[sending]
        let isOpened = if case .sending = side.state.source { true } else { false }
        if side.state.source.inFlight != nil {
            if flow.credit > 0 { actions.append(.chunk(number)) }
        } else {
            let open = study.files.indices.filter { !side.done.contains($0) && side.standing?[$0] != .complete }
            for index in open {
                if !study.unreadable.contains(index) {
                    actions.append(.begin(number, index: index))
                } else if isOpened {
                    actions.append(.withdraw(number, index: index))
                }
            }
            if open.isEmpty, isOpened { actions.append(.finish(number)) }
        }
        return actions
    }

    private mutating func possibleTaking(_ side: Side) -> [Action] {
        let number = side.number
        var actions: [Action] = []
        if side.ungranted > 0 { actions.append(.grant(number)) }
        if side.state.sink.isDeciding {
            actions.append(.admit(number))
            if stops > 0, Int.random(in: 0..<8, using: &generator) == 0 { actions.append(.refuse(number)) }
        }
        if side.taking != nil, !side.state.sink.isDeciding {
            if !side.toAcknowledge.isEmpty { actions.append(.acknowledge(number)) }
            if side.isSent, side.toAcknowledge.isEmpty { actions.append(.complete(number)) }
            if stops > 0, Int.random(in: 0..<40, using: &generator) == 0 { actions.append(.refuse(number)) }
        }
        return actions
    }

    // MARK: What happens

    private mutating func act(_ action: Action) throws {
        switch action {
        case .hear(let number): try hear(number)
        case .take(let number): try receive(number, sides[number].inbox.removeFirst())
        case .open(let number): try open(number)
        case .begin(let number, let index): try begin(number, index)
        case .chunk(let number): try chunk(number)
        case .withdraw(let number, let index):
            sides[number].done.insert(index)
            try perform(number, .source(.withdraw(index: index, reason: "unreadable")))
        case .finish(let number): try perform(number, .source(.finish))
        case .stop(let number):
            stops -= 1
            sides[number].sending = nil
            try perform(number, .source(.stop(.shuttingDown, reason: "later")))
        case .admit(let number): try admit(number)
        case .refuse(let number):
            stops -= 1
            sides[number].taking = nil
            try perform(number, .sink(.refuse(.storageFull, reason: "later")))
        case .grant(let number):
            let bytes = Int.random(in: 1...sides[number].ungranted, using: &generator)
            sides[number].ungranted -= bytes
            try perform(number, .sink(.grant(bytes)))
        case .acknowledge(let number):
            let index = sides[number].toAcknowledge.removeFirst()
            try perform(number, .sink(.acknowledge(index: index, Fixtures.restored(index), Date())))
        case .complete(let number):
            sides[number].taking = nil
            try perform(number, .sink(.complete(Date())))
        case .noMore(let number):
            sides[number].hasSaidNoMore = true
            try perform(number, .noMoreStudies)
        case .leave(let number): try perform(number, .leave)
        case .cut:
            cuts -= 1
            for number in 0..<2 { loseTail(number) }
            try connect()
        }
    }

    /// What a sink had not synced when the power went.
    private mutating func loseTail(_ number: Int) {
        for transfer in sides[number].stores.keys.sorted(by: { $0.description < $1.description }) {
            let parts = sides[number].stores[transfer]?.parts ?? [:]
            for (index, part) in parts.sorted(by: { $0.key < $1.key }) where Bool.random(using: &generator) {
                let lost = Int.random(in: 0...part.bytes.count, using: &generator)
                sides[number].stores[transfer]?.parts[index]?.bytes.removeLast(lost)
            }
        }
    }

    private mutating func perform(_ number: Int, _ command: SessionState.Command) throws {
        try handle(number, sides[number].state.perform(command))
    }

    private mutating func receive(_ number: Int, _ message: WireMessage) throws {
        try handle(number, sides[number].state.receive(WireMessage(message.encoded())))
    }

    /// As ``Session`` does: what concerns the sink waits until its program asks for it.
    private mutating func hear(_ number: Int) throws {
        let message = sides[number].onTheWay.removeFirst()
        let isOrdered =
            switch message {
            case .noMoreStudies, .goodbye: !sides[number].inbox.isEmpty
            default: message.destination == .sink
            }
        if isOrdered { sides[number].inbox.append(message) } else { try receive(number, message) }
    }

    private mutating func open(_ number: Int) throws {
        let open = sides[number].studies.indices.filter { sides[number].studies[$0].receipt == nil }
        guard let next = open.randomElement(using: &generator) else { return }
        sides[number].sending = next
        sides[number].standing = nil
        sides[number].done = []
        sides[number].studies[next].receipts = [:]
        let study = sides[number].studies[next]
        try perform(number, .source(.open(study.manifest, study.key)))
    }

    private mutating func begin(_ number: Int, _ index: Int) throws {
        guard let sending = sides[number].sending else { return }
        var header = Fixtures.header(index, sides[number].studies[sending].files[index])
        // Sometimes from the beginning although some of it is there.
        if case .partial(let count, _) = sides[number].standing?[index], count < header.byteCount,
            Int.random(in: 0..<4, using: &generator) > 0
        {
            header.offset = count
        }
        try perform(number, .source(.begin(header)))
    }

    private mutating func chunk(_ number: Int) throws {
        guard let sending = sides[number].sending, let inFlight = sides[number].state.source.inFlight,
            let flow = sides[number].state.source.flow
        else { return }
        let file = sides[number].studies[sending].files[inFlight.header.index]
        let start = Int(inFlight.offset)
        let most = min(file.count - start, flow.credit, flow.limits.chunkBytes)
        let count = Bool.random(using: &generator) ? most : Int.random(in: 1...most, using: &generator)
        if start + count == file.count { sides[number].done.insert(inFlight.header.index) }
        try perform(number, .source(.chunk(Array(file[start..<start + count]))))
    }

    private mutating func admit(_ number: Int) throws {
        guard let taking = sides[number].taking, let store = sides[number].stores[taking] else { return }
        sides[number].toAcknowledge = store.whole.keys.sorted()
        try perform(number, .sink(.admit(store.admission)))
    }

    // MARK: What the programs learn

    private mutating func handle(_ number: Int, _ outputs: [SessionState.Output]) throws {
        for output in outputs {
            switch output {
            case .transmit(let message): sides[1 - number].onTheWay.append(message)
            case .source(let output): try note(number, output)
            case .sink(.event(let event)): try note(number, event)
            case .sink, .agreed, .peerHasNoMore, .probed, .peerLeft: break
            }
        }
    }

    private mutating func note(_ number: Int, _ output: SourceState.Output) throws {
        switch output {
        case .opened(let standing): sides[number].standing = standing
        case .receipt(let receipt):
            let study = sides[number].studies.firstIndex { $0.manifest.transferID == receipt.transferID }
            sides[number].studies[try #require(study)].receipts[receipt.index] = receipt
        case .completed(let receipt):
            let study = sides[number].studies.firstIndex { $0.manifest.transferID == receipt.transferID }
            sides[number].studies[try #require(study)].receipt = receipt
            sides[number].sending = nil
        case .refused: sides[number].sending = nil
        case .credited, .stopped, .transmit: break
        }
    }

    private mutating func note(_ number: Int, _ event: SinkEvent) throws {
        switch event {
        case .studyOpened(let manifest):
            let transfer = manifest.transferID
            sides[number].taking = transfer
            sides[number].toAcknowledge = []
            sides[number].isSent = false
            if sides[number].stores[transfer] == nil { sides[number].stores[transfer] = Store(manifest: manifest) }
        case .studyStopped: sides[number].taking = nil
        case .studyRefused: Issue.record("nothing here is critical")
        default:
            let transfer = try #require(sides[number].taking)
            try note(number, event, transfer)
        }
    }

    private mutating func note(_ number: Int, _ event: SinkEvent, _ transfer: TransferID) throws {
        switch event {
        case .studyKey(let key): sides[number].stores[transfer]?.key = key
        case .instanceBegan(let header):
            let part = sides[number].stores[transfer]?.parts[header.index]?.bytes.prefix(Int(header.offset)) ?? []
            try #require(part.count == Int(header.offset))
            sides[number].stores[transfer]?.parts[header.index] = (header.digest, Array(part))
        case .chunk(let index, let offset, let bytes):
            try #require(sides[number].stores[transfer]?.parts[index]?.bytes.count == Int(offset))
            sides[number].stores[transfer]?.parts[index]?.bytes += bytes
            sides[number].ungranted += bytes.count
        case .instanceArrived(let index):
            let part = sides[number].stores[transfer]?.parts.removeValue(forKey: index)
            sides[number].stores[transfer]?.whole[index] = try #require(part).bytes
            sides[number].stores[transfer]?.arrivals[index, default: 0] += 1
            sides[number].toAcknowledge.append(index)
        case .instanceDamaged(let index): Issue.record("instance \(index) came damaged")
        case .instanceWithdrawn(let index, _): sides[number].stores[transfer]?.parts[index] = nil
        case .studySent: sides[number].isSent = true
        case .head: Issue.record("nobody sends short heads here")
        case .studyOpened, .studyStopped, .studyRefused: break
        }
    }
}
