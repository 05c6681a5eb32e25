import Foundation
import Glibc
import Synchronization

/// The cards that this side trusts: one file each under `trusted/`.
///
/// Safe to share between sessions and threads; every question is answered from memory, ``reload()`` reads the directory again.
public final class TrustStore: Sendable {
    private static let fileExtension = "card"
    /// Cards that could not be read are read again after this time, even if they look the same.
    private static let retryInterval = Duration.seconds(10)

    /// What tells that a file was written, or replaced.
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
        /// When to read again whatever the marks say; `nil` when everything could be read.
        let retry: ContinuousClock.Instant?
    }

    private let directory: URL
    private let peersByName: Mutex<[PeerName: TrustedPeer]>
    private let lastListing = Mutex<Listing?>(nil)

    /// - Throws: ``ProtocolError/Code/fileAccess``, or a card's error with the file as subject.
    public init(home: Home) throws(ProtocolError) {
        directory = home.trusted
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

    public func peer(fingerprint: Fingerprint) -> TrustedPeer? {
        peersByName.withLock { $0.values.first { $0.fingerprint == fingerprint } }
    }

    /// Who showed this certificate in TLS.
    public func peer(certificateDER: [UInt8]) -> TrustedPeer? {
        peersByName.withLock { peers in
            peers.values.first { equalInConstantTime($0.card.certificateDER, certificateDER) }
        }
    }

    /// For the TLS layer's decision, before anything of a peer is parsed.
    public func isTrusted(certificateDER: [UInt8]) -> Bool {
        peer(certificateDER: certificateDER) != nil
    }

    /// Trusts `card` from now on and after a restart. Call it after a person has compared the fingerprint.
    ///
    /// The same identity again under the same name replaces its card (a new address, a renewed certificate).
    ///
    /// - Throws: ``ProtocolError/Code/trustConflict`` when the name belongs to another identity, or the identity is there
    ///   under another name; ``ProtocolError/Code/fileAccess``
    @discardableResult
    public func trust(_ card: Card, as name: PeerName? = nil) throws(ProtocolError) -> TrustedPeer {
        let peer = TrustedPeer(name: name, card: card)
        let text = try card.text()
        try ProtectedFile.makeDirectory(directory)
        try peersByName.withLock { (peers) throws(ProtocolError) in
            // Another process may have added cards meanwhile: the files decide.
            peers = try Self.read(directory)
            try checkConflict(peer, peers)
            let file = file(of: peer.name)
            if peers[peer.name] == nil {
                guard try ProtectedFile.addUnlessPresent(file, Array(text.utf8)) else { throw nameTaken(peer.name) }
            } else {
                try ProtectedFile.replace(file, Array(text.utf8))
            }
            peers[peer.name] = peer
        }
        return peer
    }

    /// Stops trusting. Returns whether there was such a peer.
    @discardableResult
    public func forget(_ name: PeerName) throws(ProtocolError) -> Bool {
        try peersByName.withLock { (peers) throws(ProtocolError) in
            guard peers[name] != nil else { return false }
            do {
                try FileManager.default.removeItem(at: file(of: name))
            } catch {
                throw ProtocolError(.fileAccess, "cannot be removed", subject: file(of: name).path)
            }
            peers[name] = nil
            return true
        }
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

    private func file(of name: PeerName) -> URL {
        directory.appending(path: "\(name.fileName).\(Self.fileExtension)")
    }

    private static func cards(in directory: URL) throws(ProtocolError) -> [URL] {
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

    private static func name(of file: URL) -> PeerName? {
        PeerName(fileName: file.deletingPathExtension().lastPathComponent)
    }

    private static func read(_ directory: URL) throws(ProtocolError) -> [PeerName: TrustedPeer] {
        var peers: [PeerName: TrustedPeer] = [:]
        for file in try cards(in: directory) {
            let peer = try peer(in: file)
            peers[peer.name] = peer
        }
        return peers
    }

    private static func peer(in file: URL) throws(ProtocolError) -> TrustedPeer {
        do throws(ProtocolError) {
            guard let bytes = try ProtectedFile.read(file) else {
                throw ProtocolError(.fileAccess, "disappeared while it was read")
            }
            let card = try Card(text: String(decoding: bytes, as: UTF8.self))
            guard let name = Self.name(of: file) else {
                throw ProtocolError(.invalidName, "this file's name is no peer's name; use the command 'trust'")
            }
            return TrustedPeer(name: name, card: card)
        } catch {
            throw ProtocolError(error.code, error.reason, subject: file.path)
        }
    }

    private func checkConflict(_ peer: TrustedPeer, _ peers: [PeerName: TrustedPeer]) throws(ProtocolError) {
        if let known = peers[peer.name], known.fingerprint != peer.fingerprint { throw nameTaken(peer.name) }
        if let known = peers.values.first(where: { $0.fingerprint == peer.fingerprint }), known.name != peer.name {
            throw ProtocolError(.trustConflict, "this identity is trusted already, as '\(known.name)'", subject: peer.name.text)
        }
    }

    private func nameTaken(_ name: PeerName) -> ProtocolError {
        ProtocolError(
            .trustConflict,
            "another identity is trusted under this name. If the peer has new keys, delete the old card first, \(file(of: name).path); "
                + "if not, somebody pretends to be it",
            subject: name.text)
    }
}
