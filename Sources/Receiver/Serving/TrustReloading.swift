import Dispatch
import Foundation
import Logging
import Protocol

/// SIGHUP: reads the trusted cards again, so that what an administrator broke shows at once and not with the next sender.
final class TrustReloading: Sendable {
    // Never touched between `init` and `end`, which calls one of its thread-safe methods.
    nonisolated(unsafe) private let source: any DispatchSourceSignal

    init(trust: TrustStore) {
        let log = Logger(label: "veilray.trust")
        signal(SIGHUP, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler {
            do {
                try trust.reload()
                log.notice("the trusted cards were read again", metadata: ["cards": "\(trust.peers.count)"])
            } catch {
                log.error("the trusted cards cannot be read; those known before count", metadata: ["reason": "\(error)"])
            }
        }
        source.resume()
    }

    func end() {
        source.cancel()
    }
}
