import Foundation
import Synchronization

/// The cards that this side trusts: one file each under `trusted/`.
///
/// Safe to share between sessions and threads; every question is answered from memory, ``reload()`` reads the directory again.
public final class TrustStore: Sendable {
    private static let fileExtension = "card"

    private let directory: URL
    private let peersByName: Mutex<[PeerName: TrustedPeer]>

    /// - Throws: ``ProtocolError/Code/fileAccess``, or a card's error with the file as subject.
    public init(home: Home) throws(ProtocolError) {
        directory = home.trusted
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

    /// Reads the directory again. When that fails, what was known before stays in force.
    public func reload() throws(ProtocolError) {
        let fresh = try Self.read(directory)
        peersByName.withLock { $0 = fresh }
    }

    private func file(of name: PeerName) -> URL {
        directory.appending(path: "\(name.fileName).\(Self.fileExtension)")
    }

    private static func read(_ directory: URL) throws(ProtocolError) -> [PeerName: TrustedPeer] {
        let files: [URL]
        do {
            files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
        } catch CocoaError.fileReadNoSuchFile {
            return [:]
        } catch {
            throw ProtocolError(
                .fileAccess, "the directory of trusted cards cannot be read; check its permissions", subject: directory.path)
        }
        var peers: [PeerName: TrustedPeer] = [:]
        for file in files where file.pathExtension == fileExtension && !file.lastPathComponent.hasPrefix(".") {
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
            guard let name = PeerName(fileName: file.deletingPathExtension().lastPathComponent) else {
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
