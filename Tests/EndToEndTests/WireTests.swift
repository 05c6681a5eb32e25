import Basics
import Foundation
import LinkSimulator
import TestSupport
import Testing

/// What somebody on the wire can see, and do.
@Suite struct WireTests {
    private static let patientName = "WIRETAP^JOSEPHINE"
    private static let patientID = "WT-20301-7785"
    private static let studyUID = "2.25.73012554408216390117734"
    private static let fileName = "wiretap-josephine"

    /// A site with a study of some 200 kB on the wire.
    private func site(images: Int = 12) async throws -> Site {
        let site = try await Site.withTrust()
        for number in 1...images {
            var image = SyntheticImage(rows: 256, columns: 256, studyUID: Self.studyUID, instance: number)
            image.patientName = Self.patientName
            image.patientID = Self.patientID
            _ = try site.write(image.file(), as: "\(Self.fileName)-\(number).dcm")
        }
        return site
    }

    // MARK: Listening

    @Test func nothingButTLSPasses() async throws {
        let site = try await site()
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat"])
        var conditions = LinkConditions()
        conditions.isRecording = true
        let relay = try SimulatedLink(to: address, conditions)
        defer { relay.stop() }
        let sent = try await site.send([site.originals], to: relay.address)
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))

        let words =
            Self.patientName.split(separator: "^").map(String.init)
            + [Self.patientID, Self.studyUID, Self.fileName, "DICM", "ANONYMOUS", "VEILRAY 1.0", "manifest", "Test Clinic"]
        for direction in LinkDirection.allCases {
            let recorded = relay.recorded(direction)
            for word in words {
                #expect(Data(recorded).range(of: Data(word.utf8)) == nil, "\(word) passed \(direction)")
            }
            try expectTLS(recorded)
        }
        // Record type 22 and handshake message 1: ClientHello (RFC 8446, section 4).
        let hello = relay.recorded(.toReceiver)
        #expect(hello[0] == 22 && hello[5] == 1)

        // The figure that the sender announces is what passed, but for the last farewells.
        let announced = try #require(sent.events(named: "summary").first?["wireBytes"] as? Int)
        #expect(announced > 100_000)
        #expect((0...4096).contains(hello.count - announced), "\(hello.count) bytes passed, \(announced) were announced")
    }

    /// The sender's figures are what a proxy counts, whatever is cut, repeated and sent before anything is known of the link.
    @Test(arguments: [nil, .seconds(3)] as [Duration?]) func wireBytesAreWhatPassed(_ cutEvery: Duration?) async throws {
        var conditions = LinkConditions(bitsPerSecond: 2e6, latency: .milliseconds(150))
        conditions.cutEvery = cutEvery
        let delivery = try await Delivery(images: 10, size: 512)
        let (receiver, address) = try await delivery.site.startReceiver(
            ["--layout", "flat", "--keep-stego", delivery.site.folder + "/stego"])
        let link = try SimulatedLink(to: address, conditions)
        let sent = try await delivery.startSending(to: link.address, ["--give-up-after", "1m"]).finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        link.stop()
        let passed = link.counters.bytesToReceiver
        let announced = try #require(sent.events(named: "summary").first?["wireBytes"] as? Int)
        // What a cut leaves in the kernel's buffers has left the program and not passed.
        let lost = conditions.cutEvery == nil ? 0 : 256_000 * link.counters.cuts
        #expect((passed - passed / 100...passed + passed / 100 + lost).contains(announced), "\(passed) passed, \(announced) announced")
        let files = sent.events(named: "instance").compactMap { $0["wireBytes"] as? Int }
        // A file counts what was handed to the connection, the total what the connection took.
        #expect(files.reduce(0, +) <= announced + lost)
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    /// A receiver that keeps stego files is met for the first time: nothing goes twice.
    @Test func theFirstFlightGoesOnce() async throws {
        let delivery = try await Delivery(images: 1, size: 1408)
        let (receiver, address) = try await delivery.site.startReceiver(
            ["--layout", "flat", "--keep-stego", delivery.site.folder + "/stego"])
        let link = try SimulatedLink(to: address, LinkConditions(bitsPerSecond: 8e6, latency: .milliseconds(100)))
        let sent = try await delivery.startSending(to: link.address).finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        link.stop()
        let stego = try #require(sent.events(named: "summary").first?["stegoBytes"] as? Int)
        #expect(stego > 512 << 10, "larger than the credit of the first flight")
        #expect(link.counters.bytesToReceiver < stego + stego / 50 + 16_384)
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    /// Whether the bytes are TLS 1.3 records and nothing else: after the hello everything is encrypted (RFC 8446, section 5).
    private func expectTLS(_ bytes: [UInt8]) throws {
        var position = 0
        var types: [UInt8] = []
        while position < bytes.count {
            try #require(position + 5 <= bytes.count, "half a record's header at byte \(position)")
            let length = Int(bytes[position + 3]) << 8 | Int(bytes[position + 4])
            try #require(bytes[position + 1] == 3 && length <= 16_384 + 256, "no record at byte \(position)")
            types.append(bytes[position])
            position += 5 + length
        }
        #expect(position == bytes.count)
        // Handshake, perhaps the compatibility's ChangeCipherSpec, then application data only.
        let encrypted = types.drop { $0 == 22 || $0 == 20 }
        #expect(types.first == 22 && !encrypted.isEmpty)
        #expect(encrypted.allSatisfy { $0 == 23 })
    }

    // MARK: Calling

    /// What `openssl s_client` gets from a receiver.
    private struct Call {
        let status: Int32
        let report: String
        /// What came inside TLS.
        let received: Data
    }

    private func call(_ site: Site, _ address: String, _ arguments: [String]) async throws -> Call {
        let output = site.folder + "/call-\(UUID().uuidString)"
        let finished = try await run(
            "/bin/sh",
            [
                "-c", "to=$1; shift; exec timeout 3 \"$@\" > \"$to\"", "sh", output, try #require(ForeignPrograms.path(of: "openssl")),
                "s_client",
                "-connect", address, "-ign_eof", "-brief",
            ] + arguments)
        return Call(
            status: finished.status, report: finished.errors, received: FileManager.default.contents(atPath: output) ?? Data())
    }

    private func certificate(of home: String) -> [String] {
        ["-cert", home + "/identity/certificate.pem", "-key", home + "/identity/signing.key"]
    }

    /// Whether bytes begin as a ZeroMQ peer greets (RFC 23, ZMTP 3.0): FF, a length that older versions read, 7F.
    private func isGreeting(_ data: Data) -> Bool {
        let bytes = Array(data)
        return bytes.count >= 10 && bytes[0] == 0xFF && bytes[9] == 0x7F
    }

    @Test(.needs("openssl"))
    func onlyTLS13IsSpoken() async throws {
        let site = try await Site.withTrust()
        let (receiver, address) = try await site.startReceiver()
        let trusted = certificate(of: site.clinicHome)
        let receiversOwn = ["-CAfile", site.radiologistHome + "/identity/certificate.pem"]
        let modern = try await call(site, address, ["-tls1_3"] + trusted + receiversOwn)
        #expect(modern.report.contains("Protocol version: TLSv1.3"), "\(modern.report)")
        #expect(isGreeting(modern.received), "a trusted peer is greeted")
        for version in ["-tls1_2", "-tls1_1"] {
            let old = try await call(site, address, [version] + trusted)
            #expect(old.status == 1, "\(version): \(old.report)")
            #expect(!old.report.contains("Protocol version:"))
            #expect(old.received.isEmpty)
        }
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
    }

    @Test(.needs("openssl"))
    func strangersReceiveNothingInsideTLS() async throws {
        let site = try await Site.withTrust()
        let (receiver, address) = try await site.startReceiver()
        let (key, own) = (site.folder + "/stranger.key", site.folder + "/stranger.pem")
        try await site.succeed(
            try #require(ForeignPrograms.path(of: "openssl")),
            ["req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", key, "-out", own, "-subj", "/CN=Test Clinic", "-days", "30"])
        for arguments in [["-cert", own, "-key", key], []] {
            let stranger = try await call(site, address, ["-tls1_3"] + arguments)
            #expect(stranger.received.isEmpty, "\(arguments): \(stranger.received.count) bytes")
            // 124 would be `timeout`: the receiver did not hang up.
            #expect(stranger.status != 124, "\(stranger.report)")
            #expect(stranger.report.contains("alert"), "\(stranger.report)")
        }
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().events(named: "refused").count == 2)
    }

    // MARK: Meddling

    private static let faults = [
        LinkFault(kind: .flip, direction: .toReceiver, offset: 90_000),
        LinkFault(kind: .cut, direction: .toReceiver, offset: 90_000),
        LinkFault(kind: .reset, direction: .toReceiver, offset: 90_000),
        LinkFault(kind: .flip, direction: .toSender, offset: 4_500),
        LinkFault(kind: .cut, direction: .toSender, offset: 4_500),
        LinkFault(kind: .flip, direction: .toSender, offset: 300),
        LinkFault(kind: .cut, direction: .toReceiver, offset: 1_000),
    ]

    /// The sender says "try again", nothing partial is published, and trying again delivers everything.
    @Test(arguments: faults) func troubleOnTheWire(_ fault: LinkFault) async throws {
        let site = try await site()
        // Without --studies: where only the last receipts are lost, the receiver counts the study as done.
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        var conditions = LinkConditions()
        conditions.faults = [fault]
        conditions.isRecording = true
        let relay = try SimulatedLink(to: address, conditions)
        defer { relay.stop() }
        let sent = try await site.send([site.originals], to: relay.address)
        try #require(relay.recorded(fault.direction).count > fault.offset, "the fault came too late: \(sent.output)\(sent.errors)")
        #expect(sent.status == 75, "\(sent.output)\(sent.errors)")
        #expect(!sent.errors.isEmpty)
        let originals = site.files(below: site.originals)
        let published = site.files(below: site.inbox)
        // A receipt that is lost does not mean a file that is lost.
        #expect(published.count < originals.count || fault.direction == .toSender)
        // The receiver is still running, and may be writing a file under its hidden name.
        for (name, content) in published where !name.hasSuffix(".part") { #expect(content == originals[name], "\(name)") }

        #expect(receiver.isRunning)
        let again = try await site.send([site.originals], to: address)
        #expect(again.status == 0, "\(again.errors)")
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: site.inbox) == originals)
    }
}
