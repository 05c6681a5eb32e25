import Basics
import Concurrency
import Foundation
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Receiving

@Suite(.timeLimit(.minutes(1))) struct ConnectionLimitTests {
    @Test func oneSenderTakesItsOwnPlacesOnly() {
        let places = SessionPlaces(limit: 2)
        #expect(places.enter([1]))
        #expect(places.enter([1]))
        #expect(!places.enter([1]))
        #expect(places.enter([2]))
        places.leave([1])
        #expect(places.enter([1]))
        #expect(!places.enter([1]))
    }

    @Test func refusalsAreCountedOnceTheyComeTooFast() {
        let log = RefusalLog()
        let start = ContinuousClock.now
        #expect((0..<10).allSatisfy { _ in log.line("no", at: start) == "no" })
        for number in 0..<500 { #expect(log.line("no", at: start + .milliseconds(number)) == nil) }
        #expect(log.line("no", at: start + .seconds(1)) == "no (500 more were refused since the last line)")
        #expect(log.line("no", at: start + .seconds(1)) == nil)
        // After a quiet time as in the beginning.
        #expect(log.line("no", at: start + .seconds(60)) == "no (1 more were refused since the last line)")
        #expect((0..<9).allSatisfy { _ in log.line("no", at: start + .seconds(60)) == "no" })
        #expect(log.line("no", at: start + .seconds(60)) == nil)
    }

    @Test func waitingHasALimit() async throws {
        let stop = StopRequest()
        let clock = ManualClock()
        async let passing: Void = clock.pass(.seconds(30))
        let nothing: Int? = try await stop.first(within: .seconds(30), by: clock) {
            try await Task.sleep(for: .seconds(3_600))
            return 1
        }
        #expect(nothing == nil)
        await passing
        #expect(try await stop.first(within: .seconds(3_600)) { 1 } == 1)
        stop.request()
        let stopped: Int? = try await stop.first(within: .seconds(3_600)) {
            try await Task.sleep(for: .seconds(3_600))
            return 1
        }
        #expect(stopped == nil)
    }
}

/// How much the manifests of open studies may take together.
@Suite struct ManifestPlacesTests {
    private let places = ManifestPlaces(
        limits: ManifestPlaces.Limits(sender: 10, all: 15))
    private let clinic: Fingerprint
    private let other: Fingerprint

    init() throws {
        clinic = try Identity.create(name: PeerName("Clinic")).fingerprint
        other = try Identity.create(name: PeerName("Other Clinic")).fingerprint
    }

    @Test func aSenderHasItsShare() throws {
        // A single one may be larger than the share.
        let large = try places.place(for: 12, of: clinic)
        #expect(throws: ReceivingError.tooManyFiles) { try places.place(for: 2, of: clinic) }
        withExtendedLifetime(large) {}
    }

    @Test func whatIsLetGoIsFreeAgain() throws {
        do {
            let large = try places.place(for: 12, of: clinic)
            withExtendedLifetime(large) {}
        }
        var small = try (0..<5).map { _ in try places.place(for: 2, of: clinic) }
        #expect(throws: ReceivingError.tooManyFiles) { try places.place(for: 2, of: clinic) }
        small.removeLast()
        small.append(try places.place(for: 2, of: clinic))
        withExtendedLifetime(small) {}
    }

    @Test func allSendersShareARest() throws {
        let first = try places.place(for: 12, of: clinic)
        let second = try places.place(for: 3, of: other)
        #expect(throws: ReceivingError.tooManyFiles) { try places.place(for: 3, of: other) }
        withExtendedLifetime((first, second)) {}
    }
}
