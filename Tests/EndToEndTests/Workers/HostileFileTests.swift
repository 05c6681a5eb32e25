import Basics
import DICOM
import Foundation
import TestSupport
import Testing

/// Files whose pixels no decoder should be given, between files that are sound.
@Suite(.timeLimit(.minutes(5))) struct HostileFileTests {
    /// A file whose pixel data is what the caller says.
    private static func file(_ codestream: [UInt8], _ syntax: TransferSyntax, side: Int, bits: Int = 8, instance: Int) throws -> [UInt8] {
        var image = SyntheticImage(rows: side, columns: side, bitsAllocated: bits, bitsStored: bits)
        image.instance = instance
        let header = image.header
        let description = try PixelDescription(
            rows: side, columns: side, photometricInterpretation: "MONOCHROME2", bitsAllocated: bits, bitsStored: bits)
        return try DICOMWriter.write(
            dataSet: header, transferSyntax: syntax,
            pixels: .encapsulated(EncapsulatedPixels(transferSyntax: syntax, description: description, fragments: [codestream])))
    }

    /// A frame header and no scan: GDCM's decoder waits for one for ever.
    private static let scanlessJPEG: [UInt8] = [
        0xFF, 0xD8, 0xFF, 0xC3, 0x00, 0x0B, 8, 0, 64, 0, 64, 1, 1, 0x11, 0, 0xFF, 0xFE, 0x00, 0x04, 0, 0,
    ]

    /// A flat image's codestream without its last bytes: CharLS reads on behind its end.
    private static func shortJPEGLS() throws -> [UInt8] {
        let description = try PixelDescription(
            rows: 2_000, columns: 2_000, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 16)
        let flat = [UInt8](repeating: 7, count: description.byteCount)
        return Array(try PixelCodec.encode(flat, description, as: .jpegLSLossless).fragments[0].dropLast(4))
    }

    /// A black image: a few hundred bytes that announce 64 MB.
    private static func bomb() throws -> [UInt8] {
        let description = try PixelDescription(
            rows: 8_000, columns: 8_000, photometricInterpretation: "MONOCHROME2", bitsAllocated: 8, bitsStored: 8)
        let black = [UInt8](repeating: 0, count: description.byteCount)
        return try PixelCodec.encode(black, description, as: .jpeg2000Lossless).fragments[0]
    }

    private static func writeHostileStudy(_ site: Site) throws {
        _ = try site.write(file(scanlessJPEG, .jpegLosslessFirstOrder, side: 64, instance: 101), as: "scanless.dcm")
        _ = try site.write(file(shortJPEGLS(), .jpegLSLossless, side: 2_000, bits: 16, instance: 102), as: "short.dcm")
        _ = try site.write(file(bomb(), .jpeg2000Lossless, side: 8_000, instance: 103), as: "bomb.dcm")
        _ = try site.write(promise(), as: "promise.dcm")
        try site.writeStudy(3)
    }

    /// A header that promises 60 000 frames of 60 000 × 60 000 samples, and a fragment of four bytes.
    private static func promise() throws -> [UInt8] {
        var image = SyntheticImage(rows: 60_000, columns: 60_000, frames: 60_000, bitsAllocated: 8, bitsStored: 8)
        image.instance = 104
        let (before, behind) = try DICOMWriter.surroundings(
            dataSet: image.header, transferSyntax: .jpeg2000Lossless, nativeByteCount: nil)
        return before + EncapsulatedItem.header(byteCount: 0) + EncapsulatedItem.header(byteCount: 4) + [0xFF, 0x4F, 0xFF, 0x51]
            + EncapsulatedItem.delimiter + behind
    }

    /// They travel all the same, exactly; and neither program needs the memory that they announce.
    @Test func filesThatNoDecoderCanBearTravel() async throws {
        let site = try await Site.withTrust()
        try Self.writeHostileStudy(site)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let sent = try await site.send([site.originals], to: address)
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
        let notes = sent.events(named: "instance").filter { $0["name"] as? String == "bomb.dcm" }.compactMap { $0["notes"] as? [String] }
        #expect(notes.joined().contains { $0.contains("64000000 bytes") }, "\(notes)")
        #expect(try #require(receiver.peakMemory) < 200 << 20)
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
    }

    /// A decoder that somebody ends is replaced, and nobody notices; decoders end with their program, also when that is killed.
    @Test func decodersComeAndGo() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        let first = receiver.children
        #expect(!first.isEmpty)
        for child in first { kill(child, SIGKILL) }
        try site.writeStudy(2, studyUID: "2.25.1002", folder: "more/")
        #expect(try await site.send([site.originals + "/more"], to: address).status == 0)
        let second = receiver.children
        #expect(!second.isEmpty && Set(second).isDisjoint(with: first))
        receiver.signal(SIGKILL)
        _ = await receiver.finish()
        for child in second { while kill(child, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) } }
    }

    /// Whatever its files do, a sender that is told to stop does not wait for them, and nothing is lost.
    @Test func aSenderThatIsBusyWithAFileEndsWhenItIsTold() async throws {
        let site = try await Site.withTrust()
        _ = try site.write(Self.slowlyDeflatedFile(), as: "slow.dcm")
        let (receiver, address) = try await site.startReceiver()
        let sender = try RunningProgram(Programs.send, site.sending([site.originals], to: address))
        try await sender.event("queued")
        while sender.children.isEmpty, sender.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        try await Task.sleep(for: .seconds(1))
        sender.signal(SIGTERM)
        // Before the file is done: otherwise it would end well.
        #expect(await sender.finish().status == 75)
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
    }

    /// A data set that takes zlib many seconds at its highest level: everywhere, long chains of hashes lead to strings that match almost.
    private static func slowlyDeflatedFile() throws -> [UInt8] {
        let image = SyntheticImage(rows: 5_000, columns: 5_000, bitsAllocated: 8, bitsStored: 8)
        let phrase = Array("abcabdabeabfabgabhabiabjab".utf8)
        var state: UInt32 = 1
        let native = (0..<25_000_000).map { index -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return state >> 24 < 5 ? UInt8(truncatingIfNeeded: state >> 16) : phrase[index % phrase.count]
        }
        let plain = try DICOMWriter.write(dataSet: image.header, transferSyntax: .explicitLittleEndian, pixels: .native(native))
        let file = try DICOMFile(bytes: plain, name: "plain")
        let parameters = DeflateParameters(level: 9, windowBits: 15, memoryLevel: 9, strategy: 0, hasZlibHeader: false, trailer: [])
        let (plainUID, deflatedUID) = (Array("1.2.840.10008.1.2.1\0".utf8), Array("1.2.840.10008.1.2.1.99".utf8))
        var start = Array(plain[..<file.dataSetOffset])
        let place = try #require(start.indices.first { start[$0...].starts(with: plainUID) })
        start.replaceSubrange(place - 2..<place + plainUID.count, with: [UInt8(deflatedUID.count), 0] + deflatedUID)
        return try start + parameters.deflate(Array(plain[file.dataSetOffset...]))
    }
}
