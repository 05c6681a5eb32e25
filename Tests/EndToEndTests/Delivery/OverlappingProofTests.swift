import DICOM
import Foundation
import TestSupport
import Testing

/// A large image is sent while the sender still proves it: a sender whose decoders stand still has proven nothing, since nothing but the
/// proof decodes a native original.
@Suite(.timeLimit(.minutes(5))) struct OverlappingProofTests {
    private static let frames = 20
    /// Of a receiver's default limits: more than the end of a file that waits for its proof.
    private static let chunkByteCount = 256 << 10

    /// A delivery of one large image whose proof is held, all of which but the end is at the receiver.
    private struct Held {
        let site: Site
        let original: String
        var receiver: RunningProgram
        let address: String
        let sender: RunningProgram
        let decoders: HeldDecoders
        let stegoByteCount: Int

        var journal: Journal { .outbox(of: site.clinicHome) }

        /// Bytes of it in the receiver's spool.
        var spooledByteCount: Int {
            let folder = site.receiverState + "/inbox"
            return Files.below(folder).reduce(0) { sum, name in
                let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
                return sum + (attributes?[.size] as? Int ?? 0)
            }
        }

        /// The stego file, as the sender has it.
        var stegoFile: String {
            get throws {
                let outbox = site.clinicHome + "/state/outbox"
                return outbox + "/" + (try #require(Files.below(outbox).first { $0.hasSuffix("/0.dcm") }))
            }
        }

        var digest: String? { journal.text("SELECT sealedDigest FROM instance") }

        /// The original is at the receiver, byte for byte.
        func expectDelivered(_ finished: Finished) async throws {
            #expect(finished.status == 0, "\(finished.output)\(finished.errors)")
            receiver.signal(SIGTERM)
            #expect(await receiver.finish().status == 0)
            let compared = try await run("/usr/bin/cmp", [original, site.inbox + "/large.dcm"])
            #expect(compared.status == 0, "\(compared.output)\(compared.errors)")
            #expect(site.files(below: site.clinicHome + "/state/outbox").isEmpty)
            #expect(journal.number("SELECT COUNT(*) FROM instance WHERE state != 'acknowledged' OR proof IS NOT NULL") == 0)
        }
    }

    private func hold(_ more: [String] = []) async throws -> Held {
        let site = try await Site.withTrust()
        let path = site.originals + "/large.dcm"
        try LargeImage.write(Self.frames, .explicitLittleEndian, to: path)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let sender = try RunningProgram(Programs.send, site.sending([path], to: address, ["--codec", "j2k"] + more))
        let decoders = try await HeldDecoders.hold(of: sender)
        let journal = Journal.outbox(of: site.clinicHome)
        #expect(try await journal.wait(until: "SELECT COUNT(*) FROM instance WHERE state = 'sending' AND proof = 'outstanding'"))
        let held = Held(
            site: site, original: path, receiver: receiver, address: address, sender: sender, decoders: decoders,
            stegoByteCount: try #require(journal.number("SELECT sealedBytes FROM instance")))
        while sender.isRunning, held.spooledByteCount < held.stegoByteCount - Self.chunkByteCount {
            try await Task.sleep(for: .milliseconds(10))
        }
        return held
    }

    @Test func bytesLeaveBeforeTheProofIsDone() async throws {
        let held = try await hold()
        #expect(held.spooledByteCount < held.stegoByteCount, "the end waits")
        #expect(held.journal.number("SELECT COUNT(*) FROM instance WHERE proof = 'outstanding'") == 1)
        #expect(held.site.files(below: held.site.inbox).isEmpty)
        held.decoders.release()
        let sent = await held.sender.finish()
        #expect(sent.events(named: "instance").first?["exact"] as? String == "bytes")
        try await held.expectDelivered(sent)
    }

    /// The next start proves the stego file that is there, and sends what the receiver does not have of it.
    @Test func aSenderThatIsKilledBeforeTheProofGoesOnWithTheSameFile() async throws {
        let held = try await hold()
        let digest = try #require(held.digest)
        held.sender.signal(SIGKILL)
        _ = await held.sender.finish()
        held.decoders.release()
        let rest = try await run(Programs.send, ["deliver", "--once", "--home", held.site.clinicHome, "--json"])
        try await held.expectDelivered(rest)
        #expect(held.digest == digest, "it was not sealed anew")
        let wireBytes = try #require(rest.events(named: "instance").first?["wireBytes"] as? Int)
        #expect((1...Self.chunkByteCount * 2).contains(wireBytes), "\(wireBytes) of \(held.stegoByteCount) bytes")
    }

    /// A stego file that turns out not to be exact while it is on its way is broken off; another one comes in its place, over the same
    /// connection.
    @Test func aFailingProofLosesNothing() async throws {
        let held = try await hold()
        let digest = try #require(held.digest)
        let file = try #require(FileHandle(forUpdatingAtPath: held.stegoFile))
        // Behind what the decoders have been given, and before the end.
        for place in stride(from: held.stegoByteCount / 2, to: held.stegoByteCount * 9 / 10, by: 4096) {
            try file.seek(toOffset: UInt64(place))
            try file.write(contentsOf: Data(repeating: 0x55, count: 64))
        }
        try file.close()
        held.decoders.release()
        let sent = await held.sender.finish()
        try await held.expectDelivered(sent)
        #expect(sent.errors.contains("not known to be exact"), "\(sent.errors)")
        #expect(held.digest != digest, "it was sealed anew")
        #expect(held.journal.number("SELECT attempts FROM study") == 2, "the study was opened twice")
    }

    /// The sender need not have proven the file to notice that nobody takes its end.
    @Test func aCutIsNoticedWhileTheEndWaits() async throws {
        var held = try await hold(["--give-up-after", "5m"])
        held.receiver.signal(SIGKILL)
        _ = await held.receiver.finish()
        try await held.sender.event("retry")
        #expect(held.journal.number("SELECT COUNT(*) FROM instance WHERE proof = 'outstanding'") == 1)
        (held.receiver, _) = try await held.site.startReceiver(["--layout", "flat"], listen: held.address)
        held.decoders.release()
        try await held.expectDelivered(await held.sender.finish())
    }
}
