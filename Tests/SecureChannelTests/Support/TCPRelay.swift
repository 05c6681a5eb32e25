import Foundation
import Synchronization
import TestSupport

/// A wire between two ends that can be cut or fall silent.
final class TCPRelay: Sendable {
    private enum State {
        case forwarding
        case silent
        case cut
    }

    let port: UInt16
    private let listener: RawSocket
    private let target: UInt16
    private let state = Mutex(State.forwarding)
    private let sockets = Mutex<[RawSocket]>([])

    /// Relays one connection to the port on this machine.
    init(to target: UInt16) throws {
        (listener, port) = try RawSocket.listen()
        self.target = target
        Thread.detachNewThread { [self] in
            guard let near = listener.accept(), let far = try? RawSocket.connect(port: target) else { return }
            sockets.withLock { $0 = [near, far] }
            Thread.detachNewThread { [self] in pump(near, far) }
            pump(far, near)
        }
    }

    private func pump(_ source: RawSocket, _ destination: RawSocket) {
        while true {
            let bytes = source.receive(65_536)
            switch state.withLock({ $0 }) {
            case .forwarding:
                guard !bytes.isEmpty else { return destination.shutdown() }
                destination.send(bytes)
            case .silent:
                guard !bytes.isEmpty else { return }
            case .cut:
                return
            }
        }
    }

    /// Swallows everything from now on, as a link does whose other end lost its power.
    func fallSilent() {
        state.withLock { $0 = .silent }
    }

    /// Ends both connections without TLS's leave-taking.
    func cut(withReset: Bool) {
        state.withLock { $0 = .cut }
        sockets.withLock { sockets in
            for socket in sockets {
                if withReset { socket.resetOnClose() }
                socket.shutdown()
            }
            sockets = []
        }
    }
}

/// Takes a relay out of the closure that has to make it.
final class RelayBox: Sendable {
    private let made = Mutex<TCPRelay?>(nil)

    func make(to port: UInt16) throws -> UInt16 {
        let relay = try TCPRelay(to: port)
        made.withLock { $0 = relay }
        return relay.port
    }

    func relay() throws -> TCPRelay {
        guard let relay = made.withLock({ $0 }) else { throw ProgramFailure("no relay was made") }
        return relay
    }
}
