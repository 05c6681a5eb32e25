import Basics
import Foundation
import Testing

@testable import Operations

/// Against a socket of the test's own, in the place of systemd's.
@Suite final class ServiceManagerTests: Sendable {
    /// What systemd would hear.
    private final class Ear: Sendable {
        private let descriptor: Int32
        let name: String

        /// - Parameter isAbstract: without a file, as containers have it.
        init(isAbstract: Bool) throws {
            name = (isAbstract ? "@" : NSTemporaryDirectory()) + "veilray-\(UUID().uuidString.prefix(13)).sock"
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var bytes = Array(name.utf8)
            if isAbstract { bytes[0] = 0 }
            let room = MemoryLayout.size(ofValue: address.sun_path)
            try #require(bytes.count < room)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            // The bytes before the name, the name, and a path's end.
            let size = socklen_t(MemoryLayout<sockaddr_un>.size - room + bytes.count + (isAbstract ? 0 : 1))
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
            }
            try #require(result == 0, "\(systemMessage(errno))")
        }

        deinit {
            close(descriptor)
            if !name.hasPrefix("@") { unlink(name) }
        }

        /// Everything that has come since the last call. Datagrams of this machine are there when they are sent.
        var heard: [String] {
            var messages: [String] = []
            var buffer = [UInt8](repeating: 0, count: 1000)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                guard count > 0 else { return messages }
                messages.append(String(decoding: buffer[..<count], as: UTF8.self))
            }
        }
    }

    private func manager(_ ear: Ear, _ more: [String: String] = ["WATCHDOG_USEC": "8000000"]) -> ServiceManager {
        ServiceManager(environment: ["NOTIFY_SOCKET": ear.name].merging(more) { $1 })
    }

    @Test(arguments: [false, true]) func fromReadyToStopping(_ isAbstract: Bool) throws {
        let ear = try Ear(isAbstract: isAbstract)
        let manager = manager(ear)
        manager.comeRound(.outbox)
        #expect(ear.heard == [], "it is not ready yet")
        manager.becomeReady([.outbox])
        manager.comeRound(.outbox)
        manager.stop()
        manager.stop()
        manager.comeRound(.outbox, at: .now + .seconds(100))
        #expect(ear.heard == ["READY=1", "WATCHDOG=1", "STOPPING=1"])
    }

    @Test func oneLoopThatStandsStillSilencesTheService() throws {
        let ear = try Ear(isAbstract: true)
        let manager = manager(ear)
        manager.becomeReady([.outbox, .folder])
        let start = ContinuousClock.now
        for second in 0..<100 { manager.comeRound(.outbox, at: start + .seconds(second)) }
        #expect(ear.heard == ["READY=1"])
        manager.comeRound(.folder, at: start + .seconds(100))
        #expect(ear.heard == ["WATCHDOG=1"])
        for second in 101..<200 { manager.comeRound(.folder, at: start + .seconds(second)) }
        #expect(ear.heard == [], "the other one now")
    }

    @Test func eachMessageTakesARoundOfEveryLoop() throws {
        let ear = try Ear(isAbstract: true)
        let manager = manager(ear)
        manager.becomeReady([.outbox])
        let start = ContinuousClock.now
        for step in 0..<100 { manager.comeRound(.outbox, at: start + .milliseconds(100 * step)) }
        // An eighth of eight seconds: ten steps.
        #expect(ear.heard == ["READY=1"] + Array(repeating: "WATCHDOG=1", count: 10))
    }

    @Test(arguments: [[:], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "8000000", "WATCHDOG_PID": "1"], ["WATCHDOG_USEC": "x"]])
    func withoutAWatchdog(_ environment: [String: String]) throws {
        let ear = try Ear(isAbstract: true)
        let manager = manager(ear, environment)
        #expect(manager.watchdogInterval == nil)
        manager.becomeReady([.outbox])
        manager.comeRound(.outbox)
        #expect(ear.heard == ["READY=1"])
    }

    @Test func withoutAServiceManagerNothingHappens() {
        for environment in [[:], ["NOTIFY_SOCKET": "vsock:2:1234", "WATCHDOG_USEC": "1"], ["NOTIFY_SOCKET": "/nowhere/\(UUID())"]] {
            let manager = ServiceManager(environment: environment)
            manager.becomeReady([.outbox])
            manager.comeRound(.outbox)
            manager.stop()
        }
    }
}
