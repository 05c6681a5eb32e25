import DICOM
import Foundation
import TestSupport
import Testing

/// Images of many frames that are larger than what either program may take of memory.
@Suite(.timeLimit(.minutes(5))) struct LargeImageTests {
    /// What a program may have at once, however many frames there are: itself, and a few frames for each processor.
    private static let bound = 240 << 20

    /// How the frames are encoded: as the scanner has them, and as cine loops come.
    private static let syntaxes: [TransferSyntax] = [.explicitLittleEndian, .jpeg2000]

    /// A sender that is killed while it seals goes on at a frame.
    @Test func aKilledSenderGoesOnAtAFrame() async throws {
        let site = try await Site.withTrust()
        let path = site.originals + "/large.dcm"
        try LargeImage.write(20, .explicitLittleEndian, to: path)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let sender = try RunningProgram(Programs.send, site.sending([path], to: address, ["--codec", "j2k"]))
        // Some frames, of twenty.
        while sender.isRunning, unfinishedByteCount(site) < 4 << 20 { try await Task.sleep(for: .milliseconds(10)) }
        sender.signal(SIGKILL)
        _ = await sender.finish()
        let rest = try await run(Programs.send, ["deliver", "--once", "--home", site.clinicHome, "--json", "--log-level", "info"])
        #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
        #expect(rest.errors.contains("went on where it was ended"), "\(rest.errors)")
        #expect(site.files(below: site.clinicHome + "/state/outbox").isEmpty)
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
        let compared = try await run("/usr/bin/cmp", [path, site.inbox + "/large.dcm"])
        #expect(compared.status == 0, "\(compared.output)\(compared.errors)")
    }

    /// A receiver that is killed while it restores goes on at a frame.
    @Test(arguments: [TransferSyntax.explicitLittleEndian, .jpeg2000Lossless])
    func aKilledReceiverGoesOnAtAFrame(syntax: TransferSyntax) async throws {
        let site = try await Site.withTrust()
        let path = site.originals + "/large.dcm"
        try LargeImage.write(30, syntax, to: path)
        var (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let sender = try site.startPersistentSender(to: address)
        // Some frames, of thirty.
        while sender.isRunning, restoredByteCount(site) < 4 << 20 { try await Task.sleep(for: .milliseconds(5)) }
        receiver.signal(SIGKILL)
        _ = await receiver.finish()
        (receiver, _) = try await site.startReceiver(["--layout", "flat", "--log-level", "info"], listen: address)
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        receiver.signal(SIGTERM)
        let received = await receiver.finish()
        #expect(received.status == 0)
        #expect(received.errors.contains("went on where it was ended"), "\(received.errors)")
        #expect(site.leftovers.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: site.inbox + "/.veilray-restoring"))
        let compared = try await run("/usr/bin/cmp", [path, site.inbox + "/large.dcm"])
        #expect(compared.status == 0, "\(compared.output)\(compared.errors)")
    }

    /// Of the original that is being restored.
    private func restoredByteCount(_ site: Site) -> Int {
        let name = Files.below(site.inbox).first { $0.contains(".veilray-restoring/") && $0.hasSuffix(".part") }
        let attributes = name.flatMap { try? FileManager.default.attributesOfItem(atPath: "\(site.inbox)/\($0)") }
        return attributes?[.size] as? Int ?? 0
    }

    /// One frame of 50 MB takes six times as much at most beside what the programs take for any study; a few MB of that are chance.
    @Test(arguments: ["j2k", "htj2k", "none"])
    func oneHugeFrame(codec: String) async throws {
        let bound = 6 * Self.hugeSide * Self.hugeSide * 2 + 50_000_000
        try await deliver(codec: codec, within: bound, record: "pixels") {
            try LargeImage.write(1, .explicitLittleEndian, to: $0, side: Self.hugeSide)
        }
    }

    private static let hugeSide = 5000

    /// 800 MB in one frame, of which nothing but the header takes room on the disk.
    @Test func aFrameBeyondTheMemoryIsRefusedWithASentence() async throws {
        let site = try await Site.withTrust()
        let path = site.originals + "/beyond.dcm"
        let side = 20_000
        let image = SyntheticImage(rows: side, columns: side)
        let (before, _) = try DICOMWriter.surroundings(
            dataSet: image.header, transferSyntax: .explicitLittleEndian, nativeByteCount: side * side * 2)
        try #require(FileManager.default.createFile(atPath: path, contents: Data(before)))
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: UInt64(before.count + side * side * 2))
        try file.close()
        let words = [Programs.send, "seal", path, "--home", site.clinicHome, "--to", "radiologist", "--into", site.folder + "/sealed"]
        let command = "ulimit -v 4000000; exec " + words.map { "'\($0)'" }.joined(separator: " ")
        let sealed = try await run("/bin/sh", ["-c", command])
        #expect(sealed.status != 0)
        #expect((sealed.output + sealed.errors).contains("memory"), "\(sealed.output)\(sealed.errors)")
        #expect(site.files(below: site.folder + "/sealed").isEmpty)
    }

    /// Of the stego file that is being written.
    private func unfinishedByteCount(_ site: Site) -> Int {
        let outbox = site.clinicHome + "/state/outbox"
        let name = Files.below(outbox).first { $0.hasSuffix(".sealing") }
        let attributes = name.flatMap { try? FileManager.default.attributesOfItem(atPath: "\(outbox)/\($0)") }
        return attributes?[.size] as? Int ?? 0
    }

    /// 200 MB of samples go through both programs.
    @Test(arguments: syntaxes)
    func memoryDoesNotGrowWithTheFrames(syntax: TransferSyntax) async throws {
        try await deliver(codec: "htj2k", within: Self.bound, record: syntax == .jpeg2000 ? "element" : "pixels") {
            try LargeImage.write(96, syntax, to: $0)
        }
    }

    /// Sends one image with the real programs; it comes back byte for byte, and neither program takes more memory than the bound, in bytes.
    private func deliver(codec: String, within bound: Int, record: String, write: (_ path: String) throws -> Void) async throws {
        let site = try await Site.withTrust()
        let path = site.originals + "/large.dcm"
        try write(path)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let sender = try RunningProgram(Programs.send, site.sending([path], to: address, ["--codec", codec]))
        var senderPeak = 0
        while sender.isRunning {
            senderPeak = max(senderPeak, sender.peakMemory ?? 0)
            try await Task.sleep(for: .milliseconds(20))
        }
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        let instance = try #require(sent.events(named: "instance").first)
        #expect(instance["exact"] as? String == "bytes")
        #expect(instance["record"] as? String == record)
        let receiverPeak = try #require(receiver.peakMemory)
        #expect((1..<bound).contains(senderPeak), "the sender took \(senderPeak) bytes")
        #expect((1..<bound).contains(receiverPeak), "the receiver took \(receiverPeak) bytes")
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
        let compared = try await run("/usr/bin/cmp", [path, site.inbox + "/large.dcm"])
        #expect(compared.status == 0, "\(compared.output)\(compared.errors)")
    }
}
