import Basics
import SeededRandomness
import Testing

@testable import StegoKit

/// Heads of stego files as differences to each other, and whole again.
@Suite struct ShortHeadTests {
    private static let key = StudyKey()

    /// Stego files whose record does not fit into their pixels.
    private static func stego(series: Int = 1, instance: Int, privateByteCount: Int = 20_000) throws -> [UInt8] {
        let original = try SyntheticFile.make(privateByteCount: privateByteCount, series: series, instance: instance)
        return try InstanceSealer(key: key).seal(original, name: "image").bytes
    }

    private static func expectWhole(_ proposal: HeadShortener.Proposal, _ stego: [UInt8], _ restorer: inout HeadRestorer) throws {
        let whole = try restorer.restored(proposal.head, of: ContentDigest(of: stego))
        #expect(whole == Array(stego.prefix(proposal.head.byteCount)))
    }

    @Test func theHeadsBehindTheFirstAreShort() throws {
        var (shortener, restorer) = (HeadShortener(key: Self.key), HeadRestorer(key: Self.key))
        for instance in 1...6 {
            let stego = try Self.stego(instance: instance)
            let proposal = try #require(shortener.proposal(for: stego, digest: ContentDigest(of: stego)))
            #expect(proposal.head.byteCount > 20_000)
            #expect(proposal.head.basis == (instance == 1 ? 0 : 1) && proposal.head.place == (instance == 1 ? 1 : 0))
            if instance > 1 { #expect(proposal.head.bytes.count < 500, "\(proposal.head.bytes.count) bytes") }
            try Self.expectWhole(proposal, stego, &restorer)
            shortener.sent(proposal)
        }
    }

    /// More series than places, in any order; sessions that end at any moment, and heads that were never sent.
    @Test(arguments: UInt64(1)...6) func whatIsSentAlwaysHasItsBasis(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var files: [[UInt8]] = []
        for series in 1...6 {
            for instance in 1...2 { files.append(try Self.stego(series: series, instance: instance, privateByteCount: 6_000)) }
        }
        var (shortener, restorer) = (HeadShortener(key: Self.key), HeadRestorer(key: Self.key))
        for _ in 0..<60 {
            if Int.random(in: 0..<8, using: &random) == 0 {
                (shortener, restorer) = (HeadShortener(key: Self.key), HeadRestorer(key: Self.key))
            }
            let stego = files[Int.random(in: 0..<files.count, using: &random)]
            let proposal = try #require(shortener.proposal(for: stego, digest: ContentDigest(of: stego)))
            guard Int.random(in: 0..<5, using: &random) > 0 else { continue }
            try Self.expectWhole(proposal, stego, &restorer)
            shortener.sent(proposal)
        }
    }

    @Test func aRecordInThePixelsLeavesNothingToShorten() throws {
        let stego = try Self.stego(instance: 1, privateByteCount: 0)
        #expect(HeadShortener(key: Self.key).proposal(for: stego, digest: ContentDigest(of: stego)) == nil)
    }

    @Test func anotherKeyMakesNothing() throws {
        let stego = try Self.stego(instance: 1)
        #expect(HeadShortener(key: StudyKey()).proposal(for: stego, digest: ContentDigest(of: stego)) == nil)
        #expect(HeadShortener(key: Self.key).proposal(for: Array("no file".utf8), digest: ContentDigest(of: [])) == nil)
    }

    @Test func whatWasChangedIsRefused() throws {
        let stego = try Self.stego(instance: 1)
        let digest = ContentDigest(of: stego)
        let head = try #require(HeadShortener(key: Self.key).proposal(for: stego, digest: digest)).head
        func refuses(_ head: ShortHead, _ digest: ContentDigest, key: StudyKey = Self.key) {
            var restorer = HeadRestorer(key: key)
            #expect(throws: ShortHeadError.self) { try restorer.restored(head, of: digest) }
        }
        for position in [0, 12, head.bytes.count / 2, head.bytes.count - 1] {
            var bytes = head.bytes
            bytes[position] ^= 1
            refuses(ShortHead(bytes: bytes, byteCount: head.byteCount, basis: head.basis, place: head.place), digest)
        }
        refuses(ShortHead(bytes: [], byteCount: head.byteCount, basis: 0, place: 1), digest)
        refuses(ShortHead(bytes: head.bytes, byteCount: head.byteCount - 1, basis: 0, place: 1), digest)
        refuses(ShortHead(bytes: head.bytes, byteCount: head.byteCount, basis: 0, place: 2), digest)
        refuses(head, ContentDigest(of: [1]))
        refuses(head, digest, key: StudyKey())
    }

    /// After a cut nothing of the session before counts.
    @Test func aDifferenceToWhatNeverCameIsRefused() throws {
        var shortener = HeadShortener(key: Self.key)
        let (first, second) = (try Self.stego(instance: 1), try Self.stego(instance: 2))
        shortener.sent(try #require(shortener.proposal(for: first, digest: ContentDigest(of: first))))
        let difference = try #require(shortener.proposal(for: second, digest: ContentDigest(of: second))).head
        var restorer = HeadRestorer(key: Self.key)
        #expect(throws: ShortHeadError.self) { try restorer.restored(difference, of: ContentDigest(of: second)) }
    }

    @Test func sizesBeyondTheLimitsAreRefused() throws {
        var restorer = HeadRestorer(key: Self.key)
        for (byteCount, place) in [(0, 1), (ShortHead.maximumByteCount + 1, 1), (10, 5), (10, -1)] {
            let head = ShortHead(bytes: [UInt8](repeating: 0, count: 40), byteCount: byteCount, basis: 0, place: place)
            #expect(throws: ShortHeadError.self) { try restorer.restored(head, of: ContentDigest(of: [])) }
        }
    }
}
