/// One direction of one connection: what is on its way, and what the far end has not taken yet.
final class LinkPath {
    enum Piece {
        case bytes(ArraySlice<UInt8>)
        /// The end of this direction.
        case finish
        /// The end of the whole connection.
        case cut(LinkConditions.CutKind)
    }

    private struct Transit {
        var arrival: Double
        var piece: Piece
    }

    let direction: LinkDirection
    let source: LinkSocket
    let destination: LinkSocket
    private var transit = LinkQueue<Transit>()
    private var lastArrival = 0.0
    private(set) var bytesOnTheWay = 0
    /// Nothing more is read from the source.
    var isSourceFinished = false
    /// The far end takes nothing at the moment.
    private(set) var isBlocked = false

    init(_ direction: LinkDirection, from source: LinkSocket, to destination: LinkSocket) {
        self.direction = direction
        self.source = source
        self.destination = destination
    }

    var isEmpty: Bool { transit.isEmpty }

    /// When something arrives next; `nil` while nothing is on its way or the far end does not take it anyhow.
    var nextArrival: Double? { isBlocked ? nil : transit.first?.arrival }

    func send(_ piece: Piece, arrivingAt arrival: Double) {
        lastArrival = max(arrival, lastArrival)
        if case .bytes(let bytes) = piece { bytesOnTheWay += bytes.count }
        transit.append(Transit(arrival: lastArrival, piece: piece))
    }

    enum Delivery {
        case goesOn
        case cut(LinkConditions.CutKind)
    }

    /// Gives the far end what has arrived.
    func deliver(until now: Double) -> Delivery {
        isBlocked = false
        while let first = transit.first, first.arrival <= now {
            switch first.piece {
            case .finish: destination.finishWriting()
            case .cut(let kind): return .cut(kind)
            case .bytes(let bytes):
                guard let count = destination.write(bytes) else { return .cut(.reset) }
                bytesOnTheWay -= count
                guard count == bytes.count else {
                    transit.replaceFirst(Transit(arrival: first.arrival, piece: .bytes(bytes.dropFirst(count))))
                    isBlocked = true
                    return .goesOn
                }
            }
            _ = transit.popFirst()
        }
        return .goesOn
    }
}

/// A connection through the link.
final class LinkConnection {
    let near: LinkSocket
    let far: LinkSocket
    let paths: [LinkPath]

    init(near: LinkSocket, far: LinkSocket) {
        self.near = near
        self.far = far
        paths = [LinkPath(.toReceiver, from: near, to: far), LinkPath(.toSender, from: far, to: near)]
    }

    /// Both ends have said all they had to say, and all of it has arrived.
    var isOver: Bool { paths.allSatisfy { $0.isSourceFinished && $0.isEmpty } }

    func cut(_ kind: LinkConditions.CutKind) {
        for socket in [near, far] {
            switch kind {
            case .reset: socket.resetOnClose()
            case .finish: socket.finish()
            }
        }
    }
}
