import Basics
import Foundation
import Glibc
public import Logging
import Synchronization

/// The cards that this side trusts: one file each under `trusted/`.
///
/// Safe to share between sessions and threads; every question is answered from memory, ``reload()`` reads the directory again.
public final class TrustStore: Sendable {
    private static let fileExtension = "card"
    /// Cards that could not be read are read again after this time, even if they look the same.
    private static let retryInterval = Duration.seconds(10)

    /// The marks by which a file is seen to have been written, or replaced.
    private struct FileMark: Equatable {
        let number: ino_t
        let byteCount: off_t
        /// Seconds and nanoseconds of the last change of contents and of anything.
        let times: [Int]

        init(_ status: stat) {
            number = status.st_ino
            byteCount = status.st_size
            times = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
        }
    }

    /// The directory's cards when it was read last.
    private struct Listing {
        let marks: [String: FileMark]
        /// The time at which everything is read again whatever the marks say; `nil` when everything could be read.
        let retry: ContinuousClock.Instant?
    }

    let home: Home
    var directory: URL { home.trusted }
    /// Two of them may be of one identity, under two names.
    let peersByName: Mutex<[PeerName: TrustedPeer]>
    private let lastListing = Mutex<Listing?>(nil)

    /// - Throws: ``ProtocolError/Code/fileAccess``, or a card's error with the file as subject.
    public init(home: Home) throws(ProtocolError) {
        self.home = home
        ProtectedFile.removeLeftovers(in: home.trusted)
        peersByName = Mutex(try Self.read(home.trusted))
    }

    /// All of them, by name.
    public var peers: [TrustedPeer] {
        peersByName.withLock { $0.values.sorted { $0.name < $1.name } }
    }

    public func peer(named name: PeerName) -> TrustedPeer? {
        peersByName.withLock { $0[name] }
    }

    /// The peer that a person means: also by a name that nobody could be trusted under today, in any of Unicode's forms.
    public func peer(called text: String) -> TrustedPeer? {
        // Swift's texts are equal when they are canonically equivalent.
        peers.first { $0.name.text == text }
    }

    public func peer(fingerprint: Fingerprint) -> TrustedPeer? {
        newest { $0.fingerprint == fingerprint }
    }

    /// The peer that showed this certificate in TLS.
    public func peer(certificateDER: [UInt8]) -> TrustedPeer? {
        newest { equalInConstantTime($0.card.certificateDER, certificateDER) }
    }

    /// Of several cards of one identity the latest counts.
    private func newest(where matches: (TrustedPeer) -> Bool) -> TrustedPeer? {
        peers.filter(matches).max { $0.card.created < $1.card.created }
    }

    /// For the TLS layer's decision, before anything of a peer is parsed.
    public func isTrusted(certificateDER: [UInt8]) -> Bool {
        peer(certificateDER: certificateDER) != nil
    }

    /// Reads the directory again. Cards that are gone do not count any more, and new ones do, also when another card cannot be read; of that one,
    /// what was known before stays in force. So does everything when the directory itself cannot be read.
    ///
    /// - Throws: ``ProtocolError/Code/fileAccess``, or the first unreadable card's error with the file as subject.
    public func reload() throws(ProtocolError) {
        try peersByName.withLock { (peers) throws(ProtocolError) in
            var fresh: [PeerName: TrustedPeer] = [:]
            var failure: ProtocolError?
            for file in try Self.cards(in: directory) {
                do throws(ProtocolError) {
                    let peer = try Self.peer(in: file)
                    fresh[peer.name] = peer
                } catch {
                    failure = failure ?? error
                    if let name = Self.name(of: file), let known = peers[name] { fresh[name] = known }
                }
            }
            peers = fresh
            if let failure { throw failure }
        }
    }

    /// Does ``reload()`` when the cards' files are not what they were the last time: strangers may make a listener ask at any rate.
    ///
    /// - Returns: Whether they were read.
    @discardableResult
    public func reloadIfChanged() throws(ProtocolError) -> Bool {
        try lastListing.withLock { (last) throws(ProtocolError) -> Bool in
            // Looked at before they are read: what changes meanwhile is read the next time.
            let marks = Self.marks(of: directory)
            if let last, last.marks == marks, last.retry.map({ $0 > .now }) ?? true { return false }
            last = Listing(marks: marks, retry: .now + Self.retryInterval)
            try reload()
            last = Listing(marks: marks, retry: nil)
            return true
        }
    }

    private static func marks(of directory: URL) -> [String: FileMark] {
        var marks: [String: FileMark] = [:]
        for file in (try? cards(in: directory)) ?? [] {
            var status = stat()
            if stat(file.path, &status) == 0 { marks[file.lastPathComponent] = FileMark(status) }
        }
        return marks
    }

    func file(of name: PeerName) -> URL { Self.file(of: name, in: directory) }

    static func file(of name: PeerName, in directory: URL) -> URL {
        directory.appending(path: "\(name.fileName).\(fileExtension)")
    }

    static func cards(in directory: URL) throws(ProtocolError) -> [URL] {
        do {
            return try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == fileExtension && !$0.lastPathComponent.hasPrefix(".") }
        } catch CocoaError.fileReadNoSuchFile {
            return []
        } catch {
            throw ProtocolError(
                .fileAccess, "the directory of trusted cards cannot be read; check its permissions", subject: directory.path)
        }
    }

    static func name(of file: URL) -> PeerName? {
        PeerName(fileName: file.deletingPathExtension().lastPathComponent)
    }

    static func read(_ directory: URL) throws(ProtocolError) -> [PeerName: TrustedPeer] {
        var peers: [PeerName: TrustedPeer] = [:]
        for file in try cards(in: directory) {
            let peer = try peer(in: file)
            peers[peer.name] = peer
        }
        return peers
    }

    static func peer(in file: URL) throws(ProtocolError) -> TrustedPeer {
        do throws(ProtocolError) {
            guard let bytes = try ProtectedFile.read(file) else {
                throw ProtocolError(.fileAccess, "disappeared while it was read")
            }
            let card = try Card(file: bytes)
            guard let name = Self.name(of: file) else {
                throw ProtocolError(.invalidName, "this file's name is no peer's name; use the command 'trust'")
            }
            return TrustedPeer(name: name, card: card)
        } catch {
            throw ProtocolError(error.code, error.reason, subject: file.path)
        }
    }
}

/// A card that this side trusts, and what this side calls it.
public struct TrustedPeer: Sendable, Hashable {
    /// The local name; the card's own unless it was trusted under another.
    public let name: PeerName
    public let card: Card

    public init(name: PeerName? = nil, card: Card) {
        self.name = name ?? card.name
        self.card = card
    }

    public var fingerprint: Fingerprint { card.fingerprint }
}

extension TrustStore {
    /// Reads the cards at once and tells the log what came of it. What cannot be read counts as it was.
    ///
    /// - Parameter level: of the entry that they were read.
    public func reload(telling log: Logger, at level: Logger.Level) {
        do {
            try reload()
            log.log(level: level, "the trusted cards were read again", metadata: ["cards": "\(peers.count)"])
        } catch {
            log.error("the trusted cards cannot be read; those known before count", metadata: ["reason": "\(error)"])
        }
    }
}
