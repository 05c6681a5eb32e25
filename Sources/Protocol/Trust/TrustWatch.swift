import Basics
import Concurrency
import Synchronization

/// Sees to it that whatever relies on a peer's card ends when the card is trusted no more.
///
/// One for a program: it compares the store's certificates with those of the last look and wakes the sessions only when these
/// differ. Reading the cards is the caller's; a card that cannot be read is no card that was removed (``TrustStore/reload()``).
///
/// ```swift
/// try await watch.whileTrusted(connection.peerCertificateDER, onRemoval: { await session.abort(.notTrusted, "…") }) {
///     try await serve(session)
/// }
/// ```
public final class TrustWatch: Sendable {
    /// How often ``keepLooking(every:read:)`` reads the cards.
    public static let interval = Duration.seconds(2)

    /// How long taking leave may take.
    private static let patience = Duration.seconds(2)

    private let trust: TrustStore
    private let seen: Mutex<Set<ContentDigest>>
    private let notice = ChangeNotice()

    public init(_ trust: TrustStore) {
        self.trust = trust
        seen = Mutex(Self.certificates(trust))
    }

    private static func certificates(_ trust: TrustStore) -> Set<ContentDigest> { Set(trust.peers.map(\.card.certificateDigest)) }

    /// Ends what relies on cards that are not in the store any more. Call it when the cards were read.
    public func look() {
        let certificates = Self.certificates(trust)
        let isNews = seen.withLock { seen in
            defer { seen = certificates }
            return seen != certificates
        }
        if isNews { notice.post() }
    }

    /// Has the cards read and looks, again and again, until its task is cancelled.
    ///
    /// - Parameters:
    ///   - clock: measures the time between two looks.
    ///   - read: reads the cards; whatever it cannot read it tells by itself.
    /// - Throws: `CancellationError`.
    public func keepLooking(
        every interval: Duration = TrustWatch.interval, clock: some Clock<Duration> = ContinuousClock(),
        read: @Sendable () async throws -> Void
    ) async throws {
        while true {
            try await clock.sleep(for: interval)
            try await read()
            look()
        }
    }

    /// Runs `body` now, and again whenever a look has found other certificates, until its task is cancelled.
    ///
    /// - Throws: `CancellationError`.
    public func forEachChange(_ body: @Sendable () async -> Void) async throws {
        while true {
            let count = notice.count
            await body()
            try await notice.change(after: count)
        }
    }

    /// Runs `body` for as long as a trusted card holds the certificate. When it is removed, `onRemoval` is run, and cancelled when it
    /// takes longer than two seconds; then `body` is cancelled.
    ///
    /// - Parameters:
    ///   - certificateDER: what the peer showed, or is to show, in TLS.
    ///   - onRemoval: takes leave of the peer, which may read slowly or not at all.
    /// - Throws: ``CardRemoved`` when the card is trusted no more, whatever else went wrong by that; the errors of `body`.
    public func whileTrusted<Result: Sendable>(
        _ certificateDER: [UInt8], onRemoval: @escaping @Sendable () async -> Void = {},
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard trust.isTrusted(certificateDER: certificateDER) else {
            await cancelling(after: Self.patience, onRemoval)
            throw CardRemoved()
        }
        do {
            return try await withThrowingTaskGroup(of: Result.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await self.removal(of: certificateDER)
                    await cancelling(after: Self.patience, onRemoval)
                    throw CardRemoved()
                }
                defer { group.cancelAll() }
                guard let result = try await group.next() else { throw CancellationError() }
                return result
            }
        } catch {
            throw trust.isTrusted(certificateDER: certificateDER) ? error : CardRemoved()
        }
    }

    private func removal(of certificateDER: [UInt8]) async throws {
        while true {
            let count = notice.count
            guard trust.isTrusted(certificateDER: certificateDER) else { return }
            try await notice.change(after: count)
        }
    }
}

/// The card that a session relied on is trusted no more.
public struct CardRemoved: Error, Sendable, CustomStringConvertible {
    public let description = "the peer's card was removed: it is not trusted any more"

    public init() {}
}

/// The program's part in a change of trust: it keeps things for its peers, and a person changes whom this side trusts.
///
/// Each answer is what to tell the person, a line each.
public protocol TrustFollowUp: Sendable {
    /// Called after a card was put into the store.
    ///
    /// - Parameter replaces: the person has confirmed that it is the same peer as the one that had the name before.
    static func trusted(_ peer: TrustedPeer, replaces: Bool, home: Home) async throws -> [String]

    /// Identities other than `fingerprint` that something waits for under a peer's name.
    static func earlierIdentities(under name: PeerName, besides fingerprint: Fingerprint, home: Home) async throws -> [Fingerprint]

    /// Called after a peer got another name.
    static func renamed(_ peer: TrustedPeer, from names: [PeerName], home: Home) async throws -> [String]

    /// The things that wait for a peer that is about to be trusted no more.
    static func waiting(for peer: TrustedPeer, home: Home) async throws -> [String]
}

/// For a program that keeps nothing for its peers.
public enum NoTrustFollowUp: TrustFollowUp {
    public static func trusted(_ peer: TrustedPeer, replaces: Bool, home: Home) async throws -> [String] { [] }
    public static func earlierIdentities(under name: PeerName, besides fingerprint: Fingerprint, home: Home) async throws -> [Fingerprint] {
        []
    }
    public static func renamed(_ peer: TrustedPeer, from names: [PeerName], home: Home) async throws -> [String] { [] }
    public static func waiting(for peer: TrustedPeer, home: Home) async throws -> [String] { [] }
}
