import DICOM
import Foundation
import SeededRandomness
import TestSupport
import Testing

/// Bad input and trouble on the way: always a clear error and the right exit code, other instances unharmed, no partial file.
@Suite struct TroubleTests {
    // MARK: Files that cannot be sent

    private typealias Element = DICOM.Tag

    private static let badFiles: [(name: String, make: @Sendable ([UInt8]) throws -> [UInt8])] = [
        ("not DICOM", { _ in Array("This is a letter, not an image.".utf8) }),
        ("empty", { _ in [] }),
        ("truncated pixel data", { Array($0.dropLast(1000)) }),
    ]

    /// A file with the value of one US element of its header overwritten.
    private static func patched(_ file: [UInt8], _ tag: Element, _ value: UInt16) throws -> [UInt8] {
        let pattern = [
            UInt8(truncatingIfNeeded: tag.group), UInt8(tag.group >> 8), UInt8(truncatingIfNeeded: tag.element), UInt8(tag.element >> 8),
            UInt8(ascii: "U"), UInt8(ascii: "S"), 2, 0,
        ]
        let data = Data(file)
        let found = try #require(data.range(of: Data(pattern)))
        var patched = file
        patched[found.upperBound] = UInt8(truncatingIfNeeded: value)
        patched[found.upperBound + 1] = UInt8(value >> 8)
        return patched
    }

    @Test(arguments: badFiles.indices) func badFileAmongGoodOnes(_ index: Int) async throws {
        let site = try await Site.withTrust()
        let good = try SyntheticImage().file()
        _ = try site.write(good, as: "good.dcm")
        _ = try site.write(Self.badFiles[index].make(good), as: "bad.dcm")
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat"])
        let sent = try await site.send([site.originals], to: address)
        #expect(sent.status == 65, "\(Self.badFiles[index].name): \(sent.output)\(sent.errors)")
        let bad = sent.events(named: "instance").first { $0["name"] as? String == "bad.dcm" }
        #expect(bad?["status"] as? String == "failed")
        #expect((bad?["reason"] as? String)?.isEmpty == false)
        #expect(sent.errors.contains("bad.dcm"))
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: site.inbox) == ["good.dcm": Data(good)])
    }

    /// Headers that contradict themselves or their pixels: nothing can be shown of such a file, so it travels enclosed.
    private static let contradictions: [(name: String, tag: Element, value: UInt16)] = [
        ("zero rows", .rows, 0),
        ("more rows than pixels", .rows, 65),
        ("fewer rows than pixels", .rows, 63),
        ("more bits stored than allocated", .bitsStored, 17),
        ("no bits stored", .bitsStored, 0),
    ]

    @Test(arguments: contradictions.indices) func contradictionsArriveByteForByte(_ index: Int) async throws {
        let (name, tag, value) = Self.contradictions[index]
        let site = try await Site.withTrust()
        let odd = try Self.patched(SyntheticImage().file(), tag, value)
        _ = try site.write(odd, as: "odd.dcm")
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat"])
        let sent = try await site.send([site.originals], to: address)
        #expect(sent.status == 0, "\(name): \(sent.output)\(sent.errors)")
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: site.inbox) == ["odd.dcm": Data(odd)])
    }

    @Test func unreadableFile() async throws {
        let site = try await Site.withTrust()
        _ = try site.write(SyntheticImage().file(), as: "good.dcm")
        let bad = site.originals + "/bad.dcm"
        if geteuid() == 0 {
            // Permissions do not bind root; reading this file fails for everybody.
            try FileManager.default.createSymbolicLink(atPath: bad, withDestinationPath: "/proc/self/mem")
        } else {
            _ = try site.write(SyntheticImage().file(), as: "bad.dcm")
            chmod(bad, 0)
        }
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat"])
        let sent = try await site.send([site.originals], to: address)
        #expect(sent.status == 74, "\(sent.output)\(sent.errors)")
        #expect(sent.errors.contains("bad.dcm"))
        _ = await receiver.finish()
        #expect(site.files(below: site.inbox).keys.sorted() == ["good.dcm"])
    }

    @Test func missingFolder() async throws {
        let site = try await Site.withTrust()
        let sent = try await site.send([site.folder + "/nowhere"], to: "127.0.0.1:9")
        #expect(sent.status == 74)
        #expect(sent.errors.contains("nowhere"))
    }

    // MARK: Peers

    @Test func receiverNotThere() async throws {
        let site = try await Site.withTrust()
        let path = try site.write(SyntheticImage().file(), as: "image.dcm")
        // Port 1 of the loopback has no listener.
        let sent = try await site.send([path], to: "127.0.0.1:1")
        #expect(sent.status == 75, "\(sent.errors)")
        #expect(sent.errors.contains("127.0.0.1:1"))
        #expect(sent.events.map { $0["event"] as? String } == ["queued", "instance", "study", "summary"])
        let instance = try #require(sent.events(named: "instance").first)
        #expect(instance["name"] as? String == "image.dcm")
        #expect(instance["status"] as? String == "queued")
        #expect(sent.events.last?["exitCode"] as? Int == 75)
    }

    /// Of several studies none can be delivered: each file is told of, also the unfit one, and the exit code is the largest.
    @Test func severalStudiesAndNoReceiver() async throws {
        let site = try await Site.withTrust()
        for study in 1...3 {
            var image = SyntheticImage()
            image.studyUID = "2.25.300\(study)"
            _ = try site.write(image.file(), as: "study-\(study).dcm")
        }
        _ = try site.write(Array("no image".utf8), as: "letter.dcm")
        let sent = try await site.send([site.originals], to: "127.0.0.1:1")
        #expect(sent.status == 75, "\(sent.errors)")
        let instances = sent.events(named: "instance")
        #expect(instances.compactMap { $0["name"] as? String }.sorted() == ["letter.dcm", "study-1.dcm", "study-2.dcm", "study-3.dcm"])
        #expect(instances.count { $0["status"] as? String == "failed" } == 1)
        #expect(instances.count { $0["status"] as? String == "queued" } == 3)
        #expect(sent.events(named: "study").count == 3)
        #expect(sent.events.last?["exitCode"] as? Int == 75)
    }

    @Test func untrustedSender() async throws {
        let site = try Site()
        try await site.makeIdentities()
        try await site.trust(site.radiologistHome, by: Programs.send, site.clinicHome, as: "radiologist")
        let path = try site.write(SyntheticImage().file(), as: "image.dcm")
        let (receiver, address) = try await site.startReceiver()
        let sent = try await site.send([path], to: address)
        #expect(sent.status == 77, "\(sent.errors)")
        #expect(sent.errors.contains("veilray-receive trust") && !sent.errors.contains("SSL"), "\(sent.errors)")
        // For people the reason stands last, below the row of each file.
        let told = try await run(
            Programs.send,
            ["study", path, "--home", site.clinicHome, "--to", "radiologist", "--address", address, "--give-up-after", "0"])
        let last = told.output.split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("Kept in the outbox: ") && last.contains("veilray-receive trust"), "\(told.output)")
        receiver.signal(SIGTERM)
        let received = await receiver.finish()
        let refused = try #require(received.events(named: "refused").first)
        let fingerprint = try #require(
            try await run(Programs.send, ["card", "--home", site.clinicHome]).output.split(separator: "\n")
                .first { $0.hasPrefix("Fingerprint: ") }
        ).dropFirst("Fingerprint: ".count)
        #expect(refused["claimedName"] as? String == "Test Clinic")
        #expect(refused["claimedFingerprint"] as? String == String(fingerprint))
        let reason = try #require(refused["reason"] as? String)
        #expect(reason.contains("\"Test Clinic\"") && reason.contains("veilray-receive trust CARD --fingerprint \(fingerprint)"))
        for text in ["certificate verify", "SSL", "certificate not trusted"] { #expect(!reason.contains(text)) }
        #expect(received.errors.contains("no sender's card is trusted yet"), "\(received.errors)")
        #expect(received.events(named: "listening").first?["trustedCards"] as? Int == 0)
        #expect(site.files(below: site.inbox).isEmpty)
    }

    /// What people read: who it claims to be, and what would let it in.
    @Test func untrustedSenderIsToldToPeople() async throws {
        let site = try Site()
        try await site.makeIdentities()
        try await site.trust(site.radiologistHome, by: Programs.send, site.clinicHome, as: "radiologist")
        let path = try site.write(SyntheticImage().file(), as: "image.dcm")
        let receiver = try RunningProgram(
            Programs.receive, ["serve", "--home", site.radiologistHome, "--listen", "127.0.0.1:0", "--into", site.inbox])
        while !receiver.hasPrinted("Listening at ") { try await Task.sleep(for: .milliseconds(20)) }
        let address = try #require(receiver.lines.first?.dropFirst("Listening at ".count).dropLast())
        #expect(try await site.send([path], to: String(address)).status == 77)
        receiver.signal(SIGTERM)
        let output = await receiver.finish().output
        #expect(output.contains("no card of it is trusted. It claims to be \"Test Clinic\", fingerprint "), "\(output)")
        #expect(output.contains("veilray-receive trust CARD --fingerprint "), "\(output)")
    }

    @Test func wrongReceiver() async throws {
        let site = try await Site.withTrust()
        let stranger = try await Site.withItsOwnIdentities()
        let path = try site.write(SyntheticImage().file(), as: "image.dcm")
        let (receiver, address) = try await stranger.startReceiver()
        let sent = try await site.send([path], to: address)
        #expect(sent.status == 77, "\(sent.errors)")
        #expect(sent.errors.contains("trust --replaces radiologist CARD") && !sent.errors.contains("SSL"), "\(sent.errors)")
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        #expect(stranger.files(below: stranger.inbox).isEmpty)
    }

    @Test func unknownName() async throws {
        let site = try await Site.withTrust()
        let sent = try await run(
            Programs.send, ["study", site.originals, "--home", site.clinicHome, "--to", "nobody", "--address", "127.0.0.1:1"])
        #expect(sent.status == 77, "\(sent.errors)")
        #expect(sent.errors.contains("nobody"))
    }

    /// Garbage inside a trusted peer's TLS session, and garbage outside of any, end that connection only.
    @Test func garbageFromPeersHarmsNobodyElse() async throws {
        let site = try await Site.withTrust()
        let path = try site.write(SyntheticImage().file(), as: "image.dcm")
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat"])
        let garbage = site.folder + "/garbage"
        var random = SplitMix64(seed: 1)
        try Data((0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }).write(to: URL(filePath: garbage))
        let identity = site.clinicHome + "/identity"
        let port = address.split(separator: ":")[1]
        for command in [
            "timeout 5 openssl s_client -quiet -connect \(address) -cert \(identity)/certificate.pem -key \(identity)/signing.key < \(garbage)",
            "timeout 5 bash -c 'cat \(garbage) > /dev/tcp/127.0.0.1/\(port)'",
        ] {
            _ = try await run("/bin/sh", ["-c", command])
        }
        #expect(try await site.send([path], to: address).status == 0)
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
    }

    /// Enough images that something can happen while they are under way.
    private func writeLongStudy(_ site: Site) throws {
        for number in 1...30 {
            var image = SyntheticImage()
            image.rows = 256
            image.columns = 256
            image.instance = number
            _ = try site.write(image.file(), as: "image-\(number).dcm")
        }
    }

    /// The sender dies in the middle: what is there is whole, the receiver goes on, and sending again completes the study.
    @Test func senderKilledOnTheWay() async throws {
        let site = try await Site.withTrust()
        try writeLongStudy(site)
        let originals = site.files(below: site.originals)
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat"])
        let sender = try RunningProgram(
            Programs.send,
            ["study", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--address", address, "--json"])
        _ = try await sender.event("instance")
        sender.signal(SIGKILL)
        #expect(await sender.finish().status == -SIGKILL)
        for (name, content) in site.files(below: site.inbox) where !name.hasPrefix(".") {
            #expect(content == originals[name])
        }
        #expect(receiver.isRunning)
        let again = try await site.send([site.originals], to: address)
        #expect(again.status == 0, "\(again.errors)")
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: site.inbox) == originals)
    }

    @Test func receiverStoppedOnTheWay() async throws {
        let site = try await Site.withTrust()
        try writeLongStudy(site)
        let originals = site.files(below: site.originals)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let sender = try RunningProgram(
            Programs.send,
            site.sending([site.originals], to: address))
        _ = try await sender.event("instance")
        receiver.signal(SIGKILL)
        let sent = await sender.finish()
        #expect(sent.status == 75, "\(sent.errors)")
        for (name, content) in site.files(below: site.inbox) where !name.hasSuffix(".part") {
            #expect(content == originals[name])
        }
    }

    // MARK: The receiver's disk

    @Test(.needsSmallDisk) func receiverCannotWrite() async throws {
        let site = try await Site.withTrust()
        let path = try site.write(SyntheticImage().file(), as: "image.dcm")
        let disk = try await site.smallDisk("4m")
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let (receiver, address) = try await site.startReceiver(["--minimum-free", "0"], into: disk)
        try await site.remount(disk, readOnly: true)
        let sent = try await site.send([path], to: address)
        #expect(sent.status == 75, "\(sent.errors)")
        #expect((sent.events(named: "instance").first?["reason"] as? String)?.isEmpty == false)
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().events(named: "instance").first?["status"] as? String == "failed")
    }

    @Test(.needsSmallDisk) func receiversDiskFull() async throws {
        let site = try await Site.withTrust()
        let disk = try await site.smallDisk("128k")
        defer { umount2(disk, Int32(MNT_DETACH)) }
        for number in 1...4 {
            var image = SyntheticImage()
            image.rows = 160
            image.columns = 160
            image.instance = number
            _ = try site.write(image.file(), as: "image-\(number).dcm")
        }
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--minimum-free", "0"], into: disk)
        let sent = try await site.send([site.originals], to: address)
        #expect(sent.status == 75, "\(sent.errors)")
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        let there = site.files(below: disk)
        let originals = site.files(below: site.originals)
        #expect(there.count == 2)
        for (name, content) in there { #expect(content == originals[name], "\(name)") }
    }

    // MARK: Stored stego files

    private func sealedFile(_ site: Site) async throws -> String {
        let path = try site.write(SyntheticImage().file(), as: "image.dcm")
        try await site.succeed(
            Programs.send,
            ["seal", path, "--home", site.clinicHome, "--to", "radiologist", "--into", site.folder + "/stego", "--keep-names"])
        return site.folder + "/stego/image.dcm"
    }

    @Test func flippedBitsInAStegoFile() async throws {
        let site = try await Site.withTrust()
        let stego = try await sealedFile(site)
        let bytes = try Data(contentsOf: URL(filePath: stego))
        var random = SplitMix64(seed: 7)
        for _ in 0..<8 {
            var damaged = bytes
            // In the pixel data, which is the file's end.
            let position = Int.random(in: bytes.count / 2..<bytes.count - 16, using: &random)
            damaged[position] ^= 0x10
            let path = try site.write(Array(damaged), as: "damaged.dcm")
            let opened = try await run(
                Programs.receive, ["open", path, "--home", site.radiologistHome, "--into", site.folder + "/out", "--json"])
            #expect(opened.status == 65, "\(opened.output)\(opened.errors)")
            #expect(opened.errors.contains("damaged.dcm"))
            #expect(site.files(below: site.folder + "/out").isEmpty)
        }
    }

    @Test func wrongKey() async throws {
        let site = try await Site.withTrust()
        let stranger = try await Site.withItsOwnIdentities()
        let stego = try await sealedFile(site)
        let opened = try await run(
            Programs.receive, ["open", stego, "--home", stranger.radiologistHome, "--into", site.folder + "/out", "--json"])
        #expect(opened.status == 77, "\(opened.output)\(opened.errors)")
        #expect(site.files(below: site.folder + "/out").isEmpty)
    }

    @Test func openingWhatIsNoStegoFile() async throws {
        let site = try await Site.withTrust()
        let path = try site.write(SyntheticImage().file(), as: "plain.dcm")
        let opened = try await run(
            Programs.receive, ["open", path, "--home", site.radiologistHome, "--into", site.folder + "/out", "--json"])
        #expect(opened.status == 65, "\(opened.output)\(opened.errors)")
        #expect(opened.errors.contains("plain.dcm"))
    }
}
