import ArgumentParser
import Basics
import Concurrency
import Crypto
import Files
import Foundation
import Protocol
import SecureChannel

/// The transport by itself: files that are sealed already, over loopback, from connecting to the study's receipt.
struct TransportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transport", abstract: "Time the session alone: sealed files over loopback, both ends in this process.",
        discussion: """
            Prints seconds, once with files synced and journalled before their receipts are signed, as the receiver does it, and once without
            any of that. Nothing is restored.
            """)

    @Argument(help: "Files that stand for sealed ones.")
    var files: [String]

    @Option(help: "Runs of each kind, in turns.")
    var runs = 3

    @Option(help: "The folder that durable files are written to.")
    var into = NSTemporaryDirectory()

    func validate() throws {
        guard runs > 0 else { throw ValidationError("runs is a positive number") }
    }

    func run() async throws {
        let trial = try TransportTrial(files: files, folder: into)
        defer { trial.removeFiles() }
        var times: [Bool: [Double]] = [:]
        for _ in 0..<runs {
            for isDurable in [true, false] { times[isDurable, default: []].append(try await trial.run(isDurable: isDurable)) }
        }
        print("files", trial.files.count, "bytes", trial.byteCount)
        for isDurable in [true, false] {
            let seconds = times[isDurable, default: []].sorted().map { String(format: "%.3f", $0) }
            print(isDurable ? "durable" : "volatile", seconds.joined(separator: " "))
        }
    }
}

/// Two identities of this process that send each other the same files again and again.
struct TransportTrial: Sendable {
    let files: [String]
    let byteCount: Int
    private let folder: URL
    private let sender: Identity
    private let receiver: Identity
    private let trust: TrustStore
    private let peer: TrustedPeer
    private let manifestEntries: [ManifestEntry]
    private let pool = WorkerPool(label: "veilray.bench")

    private static let capabilities = Capabilities(codecs: ["j2k"], methods: ["reversible"])

    /// - Parameter folder: where a folder for the receiver's files is made.
    init(files: [String], folder: String) throws {
        self.files = files
        self.folder = URL(filePath: folder).appending(path: "veilray-bench-\(UUID().uuidString)", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        sender = try Identity.create(name: PeerName("bench sender"))
        receiver = try Identity.create(name: PeerName("bench receiver"))
        trust = try TrustStore(home: Home(self.folder))
        try trust.trust(sender.card())
        peer = TrustedPeer(card: try receiver.card())
        var total = 0
        // The sealed file stands for the original, too: nothing is restored here.
        manifestEntries = try files.enumerated().map { index, path in
            let bytes = try WholeFile.read(path)
            total += bytes.count
            return try ManifestEntry(path: "\(index).dcm", byteCount: UInt64(bytes.count), digest: ContentDigest(of: bytes))
        }
        byteCount = total
    }

    func removeFiles() { try? FileManager.default.removeItem(at: folder) }

    /// Seconds from connecting to the study's receipt.
    func run(isDurable: Bool) async throws -> Double {
        let certificate = sender.certificateDER
        let listener = try await SecureListener.bind(
            host: "127.0.0.1", port: 0, credentials: credentials(receiver), policy: .pinned { $0 == certificate })
        let manifest = try Manifest(studyUID: StudyUID("2.25.7"), entries: manifestEntries, signedBy: sender)
        let receiving = Task { try await receive(from: listener, isDurable: isDurable) }
        let begin = ContinuousClock.now
        try await send(manifest, to: listener.localAddress.port)
        let elapsed = ContinuousClock.now - begin
        try await receiving.value
        await listener.stop()
        let (seconds, attoseconds) = elapsed.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    private func credentials(_ identity: Identity) throws -> TLSCredentials {
        try TLSCredentials(certificateChainPEM: identity.tlsCertificatePEM, privateKeyPEM: identity.tlsPrivateKeyPEM)
    }

    // MARK: Sending

    private func send(_ manifest: Manifest, to port: UInt16) async throws {
        let certificate = receiver.certificateDER
        var configuration = ChannelConfiguration()
        configuration.awaitsAcceptance = false
        let connection = try await SecureConnector.connect(
            host: "127.0.0.1", port: port, credentials: credentials(sender), policy: .pinned { $0 == certificate },
            configuration: configuration)
        let key = SymmetricKey(size: .bits256)
        let session = try await Session.initiate(
            over: connection, identity: sender, peer: peer, roles: .source(Self.capabilities),
            firstFlight: FirstFlight(manifest: manifest, studyKey: key))
        _ = try await session.openStudy(manifest, studyKey: key)
        for (index, path) in files.enumerated() {
            let bytes = try await pool.run { try WholeFile.read(path) }
            let header = InstanceHeader(
                index: index, byteCount: UInt64(bytes.count), digest: manifest.entries[index].digest, report: Self.report(bytes.count))
            try await session.send(header, bytes)
        }
        let receipt = try await session.finishStudy()
        guard receipt.tally.restored == files.count else { throw ProtocolError(.receiptInvalid, "not every file has arrived") }
        await session.end()
    }

    private static func report(_ byteCount: Int) -> InstanceReport {
        InstanceReport(
            method: "reversible", codec: "j2k", placement: .pixels, hiddenBits: 8_192, originalBytes: UInt64(byteCount),
            changedSamples: 4_096, maximumChange: 1, peakSignalToNoiseRatio: 80)
    }

    // MARK: Receiving

    private func receive(from listener: SecureListener, isDurable: Bool) async throws {
        var connections = listener.connections.makeAsyncIterator()
        guard let connection = await connections.next() else { return }
        let session = try await Session.respond(
            over: connection, identity: receiver, trust: trust, roles: .sink(Self.capabilities))
        let spool = isDurable ? try TransportSpool(folder: folder, pool: pool) : nil
        try await withThrowingDiscardingTaskGroup { group in
            while let event = try await session.nextEvent() {
                switch event {
                case .studyOpened: try await session.admit()
                case .head(_, _, let travelled): try await session.grant(bytes: travelled)
                case .chunk(_, _, let bytes):
                    try await spool?.append(bytes)
                    try await session.grant(bytes: bytes.count)
                case .instanceArrived(let index):
                    let outcome = InstanceOutcome.restored(digest: manifestEntries[index].digest, exactness: .bytes)
                    group.addTask {
                        try await spool?.keep(index)
                        try await session.acknowledge(index, outcome)
                    }
                case .studySent: return
                case .studyKey, .instanceBegan, .instanceDamaged, .instanceWithdrawn, .studyStopped, .studyRefused: break
                }
            }
        }
        try await session.completeStudy()
        _ = try await session.nextEvent()
    }
}
