import Concurrency
import Protocol
import Testing

@testable import Receiving

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
