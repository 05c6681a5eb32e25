import Foundation
import LinkSimulator
import TestSupport
import Testing

/// `--codec auto` with real programs: little time on a link that keeps up, few bytes on one that does not.
@Suite struct CodecChoiceTests {
    private func codecs(_ sent: Finished) -> [String: Int] {
        sent.events(named: "instance").reduce(into: [:]) { $0[$1["codec"] as? String ?? "", default: 0] += 1 }
    }

    @Test func aLinkThatKeepsUpGetsHighThroughput() async throws {
        let delivery = try await Delivery(images: 24, size: 256)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        let sent = try await delivery.startSending(to: address).finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        // A processor that others keep busy as well may make much of it look like a slow link; unmeasured, all of it would be j2k.
        #expect(codecs(sent)["htj2k", default: 0] + codecs(sent)["none", default: 0] >= 8, "\(codecs(sent))")
        #expect(sent.events(named: "instance").allSatisfy { ($0["why"] as? String)?.isEmpty == false })
        #expect(sent.events(named: "summary").first?["codecs"] as? [String: Int] == codecs(sent))
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    /// What is sealed before the link is known may be of any codec; that is a second's work at most, of which a fast machine does much.
    @Test func aSlowLinkGetsFewBytes() async throws {
        let delivery = try await Delivery(images: 90, size: 512)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address, bitsPerSecond: 4e6)
        defer { link.stop() }
        let sent = try await delivery.startSending(to: link.address).finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        #expect(codecs(sent)["jxl", default: 0] >= 10, "\(codecs(sent))")
        #expect(sent.events(named: "instance").contains { ($0["why"] as? String)?.hasPrefix("fewest bytes") == true })
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    /// Whoever looks at kept files may have an older viewer.
    @Test func aReceiverThatKeepsFilesGetsJPEG2000() async throws {
        let delivery = try await Delivery(images: 8)
        let (receiver, address) = try await delivery.site.startReceiver(
            ["--layout", "flat", "--keep-stego", delivery.site.folder + "/stego"])
        let sent = try await delivery.startSending(to: address).finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        #expect(codecs(sent) == ["j2k": 8])
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }
}
