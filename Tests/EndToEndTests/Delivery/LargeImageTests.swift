import DICOM
import Foundation
import TestSupport
import Testing

/// Images of many frames that are larger than what either program may take of memory.
@Suite(.timeLimit(.minutes(5))) struct LargeImageTests {
    /// What a program may have at once, however many frames there are: itself, and a few frames for each processor.
    private static let bound = 240 << 20

    private static let side = 1024

    /// How the frames are encoded: as the scanner has them, and as cine loops come.
    private static let syntaxes: [TransferSyntax] = [.explicitLittleEndian, .jpeg2000]

    /// Writes an image piece by piece, all of whose frames are alike; the test is not to be large itself.
    private static func write(_ frames: Int, _ syntax: TransferSyntax, to path: String) throws {
        var image = SyntheticImage(rows: side, columns: side, frames: frames)
        image.instance = 1
        let one = try PixelDescription(
            rows: side, columns: side, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12)
        let native = frame()
        let isNative = syntax == .explicitLittleEndian
        let piece: [UInt8]
        if isNative {
            piece = native
        } else {
            let codestream = try PixelCodec.encodeFrame(native, one, as: syntax).codestream
            piece = EncapsulatedItem.header(byteCount: codestream.count) + codestream
        }
        let (before, behind) = try DICOMWriter.surroundings(
            dataSet: image.header, transferSyntax: syntax, nativeByteCount: isNative ? one.byteCount * frames : nil)
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        defer { try? file.close() }
        try file.write(contentsOf: isNative ? before : before + EncapsulatedItem.header(byteCount: 0))
        for _ in 0..<frames { try file.write(contentsOf: piece) }
        try file.write(contentsOf: isNative ? behind : EncapsulatedItem.delimiter + behind)
    }

    /// Slopes with bits of noise, of which codecs make a third.
    private static func frame() -> [UInt8] {
        var state: UInt32 = 7
        return (0..<side * side).flatMap { index -> [UInt8] in
            state = state &* 1_664_525 &+ 1_013_904_223
            let level = 200 + index / side + index % side / 2 + Int(state >> 28)
            return [UInt8(truncatingIfNeeded: level), UInt8(truncatingIfNeeded: level >> 8)]
        }
    }

    /// A sender that is killed while it seals goes on at a frame.
    @Test func aKilledSenderGoesOnAtAFrame() async throws {
        let site = try await Site.withTrust()
        let path = site.originals + "/large.dcm"
        try Self.write(20, .explicitLittleEndian, to: path)
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
        let site = try await Site.withTrust()
        let path = site.originals + "/large.dcm"
        try Self.write(96, syntax, to: path)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let sender = try RunningProgram(Programs.send, site.sending([path], to: address, ["--codec", "htj2k"]))
        var senderPeak = 0
        while sender.isRunning {
            senderPeak = max(senderPeak, sender.peakMemory ?? 0)
            try await Task.sleep(for: .milliseconds(20))
        }
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        let instance = try #require(sent.events(named: "instance").first)
        #expect(instance["exact"] as? String == "bytes")
        #expect(instance["record"] as? String == (syntax == .jpeg2000 ? "element" : "pixels"))
        let receiverPeak = try #require(receiver.peakMemory)
        #expect((1..<Self.bound).contains(senderPeak), "the sender took \(senderPeak) bytes")
        #expect((1..<Self.bound).contains(receiverPeak), "the receiver took \(receiverPeak) bytes")
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
        let compared = try await run("/usr/bin/cmp", [path, site.inbox + "/large.dcm"])
        #expect(compared.status == 0, "\(compared.output)\(compared.errors)")
    }
}
