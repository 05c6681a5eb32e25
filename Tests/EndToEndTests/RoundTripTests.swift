import DICOM
import Foundation
import TestSupport
import Testing

/// Studies sent by the real `veilray-send` to the real `veilray-receive`, and compared file by file.
@Suite struct RoundTripTests {
    private func writeStudy(_ site: Site, count: Int, _ change: (inout SyntheticImage) -> Void = { _ in }) throws {
        for number in 1...count {
            var image = SyntheticImage()
            image.instance = number
            change(&image)
            _ = try site.write(image.file(), as: "series/image-\(number).dcm")
        }
    }

    @Test func studyArrivesByteForByte() async throws {
        let site = try await Site.withTrust()
        try writeStudy(site, count: 5)
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat"])
        let sent = try await site.send([site.originals], to: address)
        #expect(sent.status == 0, "\(sent.errors)")
        let received = await receiver.finish()
        #expect(received.status == 0, "\(received.errors)")
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))

        let instances = sent.events(named: "instance")
        #expect(instances.count == 5)
        for instance in instances {
            #expect(instance["status"] as? String == "delivered")
            #expect(instance["record"] as? String == "pixels")
            #expect(instance["exact"] as? String == "bytes")
            #expect((instance["bitsHidden"] as? Int ?? 0) > 0)
            #expect((instance["maximumChange"] as? Int ?? 99) <= 4)
        }
        #expect(received.events(named: "study").count == 1)
        #expect(received.events.last?["event"] as? String == "stopped")
    }

    /// The receiver learns from each seal which inner stages it has to undo. Two of these lengthen a record, and one is there twice.
    @Test func innerStagesAreUndoneUnasked() async throws {
        let site = try await Site.withTrust()
        try writeStudy(site, count: 3) { ($0.rows, $0.columns) = (192, 192) }
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat"])
        let stages = "permutation,chaotic-stream,dna,huffman-blowfish,aes-gcm,permutation"
        let sent = try await site.send([site.originals, "--inner", stages], to: address)
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
        #expect(sent.events(named: "instance").allSatisfy { $0["record"] as? String == "pixels" })
    }

    @Test(arguments: ["rot13", "dna,", "dna,dna,dna,dna,dna,dna,dna,dna,dna"])
    func unknownInnerStagesAreAnErrorOfUse(_ stages: String) async throws {
        let site = try await Site.withTrust()
        try writeStudy(site, count: 1)
        let sent = try await site.send([site.originals, "--inner", stages], to: "127.0.0.1:9")
        #expect(sent.status == 64)
    }

    /// What proves a delivery is kept at the clinic, for its owner only.
    @Test func receiptsAreKept() async throws {
        let site = try await Site.withTrust()
        try writeStudy(site, count: 3)
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat"])
        let sent = try await site.send([site.originals], to: address)
        #expect(await receiver.finish().status == 0)
        let path = try #require(sent.events(named: "study").first?["receipts"] as? String)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.components(separatedBy: "-----BEGIN VEILRAY MANIFEST-----").count == 2)
        #expect(text.components(separatedBy: "-----BEGIN VEILRAY INSTANCE RECEIPT-----").count == 4)
        #expect(text.components(separatedBy: "-----BEGIN VEILRAY STUDY RECEIPT-----").count == 2)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func patientLayoutNamesPatientAndStudy() async throws {
        let site = try await Site.withTrust()
        try writeStudy(site, count: 2)
        let (receiver, address) = try await site.startReceiver(["--studies", "1"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        _ = await receiver.finish()
        #expect(
            site.files(below: site.inbox).keys.sorted() == [
                "SYN-4711-0815/2.25.1001/series/image-1.dcm", "SYN-4711-0815/2.25.1001/series/image-2.dcm",
            ])
    }

    /// What is stored or seen on the way names nobody, is valid DICOM, and differs from the original only as announced.
    @Test func stegoFilesAreAnonymousAndOpenLater() async throws {
        let site = try await Site.withTrust()
        try writeStudy(site, count: 2)
        let stego = site.folder + "/stego"
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat", "--keep-stego", stego])
        #expect(try await site.send([site.originals], to: address).status == 0)
        #expect(await receiver.finish().status == 0)

        let files = site.files(below: stego)
        #expect(files.count == 2)
        for (name, data) in files {
            #expect(name.wholeMatch(of: /2\.25\.[0-9]+\/2\.25\.[0-9]+\.dcm/) != nil, "\(name)")
            for secret in ["SYNTHETIC", "SYN-4711-0815", "2.25.1001"] {
                #expect(data.range(of: Data(secret.utf8)) == nil, "\(secret) stands in \(name)")
            }
            let file = try DICOMFile(bytes: Array(data), name: name)
            #expect(file.transferSyntax == .jpeg2000Lossless)
            #expect(file.dataSet.string(.patientIdentityRemoved) == "YES")
        }

        let again = site.folder + "/again"
        let opened = try await run(
            Programs.receive, ["open", stego, "--home", site.radiologistHome, "--into", again, "--layout", "patient", "--json"])
        #expect(opened.status == 0, "\(opened.errors)")
        #expect(Set(site.files(below: again).values) == Set(site.files(below: site.originals).values))
    }

    @Test func sealedFilesOpen() async throws {
        let site = try await Site.withTrust()
        try writeStudy(site, count: 3)
        let stego = site.folder + "/stego"
        let sealed = try await run(
            Programs.send, ["seal", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", stego, "--json"])
        #expect(sealed.status == 0, "\(sealed.errors)")
        #expect(sealed.events(named: "instance").count == 3)
        let restored = site.folder + "/restored"
        let opened = try await run(
            Programs.receive, ["open", stego, "--home", site.radiologistHome, "--into", restored, "--layout", "flat", "--json"])
        #expect(opened.status == 0, "\(opened.errors)")
        #expect(Set(site.files(below: restored).values) == Set(site.files(below: site.originals).values))
    }

    /// What is offered as anonymous is not called after a patient.
    @Test func sealedFilesHaveAnonymousNames() async throws {
        let site = try await Site.withTrust()
        _ = try site.write(SyntheticImage().file(), as: "KIM_LEE_19511223/photo.dcm")
        let stego = site.folder + "/stego"
        let sealed = try await site.succeed(
            Programs.send, ["seal", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", stego, "--json"])
        let event = try #require(sealed.events(named: "instance").first)
        let study = try #require(event["study"] as? String)
        let names = site.files(below: stego).keys.sorted()
        #expect(names.count == 1)
        let parts = try #require(names.first).split(separator: "/")
        #expect(parts.count == 2 && parts[0] == study)
        #expect(parts[1].wholeMatch(of: /2\.25\.[0-9]+\.dcm/) != nil)
        #expect(event["path"] as? String == "\(stego)/\(names[0])")
        try await site.succeed(
            Programs.send,
            ["seal", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", stego, "--keep-names"])
        #expect(site.files(below: stego).keys.contains("KIM_LEE_19511223/photo.dcm"))
    }

    /// A file that was copied is sealed once: what opens is what both were.
    @Test func sameFileTwiceIsSealedOnce() async throws {
        let site = try await Site.withTrust()
        let image = try SyntheticImage().file()
        for name in ["a/one.dcm", "a/two.dcm", "b/one.dcm"] { _ = try site.write(image, as: name) }
        let stego = site.folder + "/stego"
        let sealed = try await site.succeed(
            Programs.send, ["seal", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", stego, "--json"])
        let events = sealed.events(named: "instance")
        #expect(events.compactMap { $0["status"] as? String } == ["sealed", "sealed", "sealed"])
        #expect(Set(events.compactMap { $0["name"] as? String }) == ["a/one.dcm", "a/two.dcm", "b/one.dcm"])
        #expect(Set(events.compactMap { $0["path"] as? String }).count == 1)
        #expect(site.files(below: stego).count == 1)
        let restored = site.folder + "/restored"
        try await site.succeed(
            Programs.receive, ["open", stego, "--home", site.radiologistHome, "--into", restored, "--layout", "flat"])
        #expect(Array(site.files(below: restored).values) == [Data(image)])

        let named = site.folder + "/named"
        try await site.succeed(
            Programs.send,
            ["seal", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", named, "--keep-names"])
        #expect(site.files(below: named).keys.sorted() == ["a/one.dcm", "a/two.dcm", "b/one.dcm"])
    }

    /// The capsule is bound to the stego file's study UID, which has to be the same one when the original has none.
    @Test func sealedFilesWithoutStudyUIDOpen() async throws {
        let site = try await Site.withTrust()
        try writeStudy(site, count: 1) { $0.namesItsStudy = false }
        let stego = site.folder + "/stego"
        try await site.succeed(
            Programs.send, ["seal", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", stego, "--keep-names"])
        let restored = site.folder + "/restored"
        try await site.succeed(
            Programs.receive, ["open", stego, "--home", site.radiologistHome, "--into", restored, "--layout", "flat"])
        #expect(site.files(below: restored) == site.files(below: site.originals))
    }

    @Test(arguments: ["reversible", "lsb", "hamming", "stc"], ["j2k", "htj2k", "jxl", "none"])
    func everyMethodAndCodec(_ method: String, _ codec: String) async throws {
        let site = try await Site.withTrust()
        // In fewer samples a record is close to what stc holds, and whether it fits is chance.
        try writeStudy(site, count: 1) { ($0.rows, $0.columns) = (128, 128) }
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat"])
        let sent = try await site.send([site.originals], to: address, ["--method", method, "--codec", codec])
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(sent.events(named: "instance").first?["method"] as? String == method)
        #expect(sent.events(named: "instance").first?["codec"] as? String == codec)
        // Of some the effort remains to be chosen.
        if codec != "j2k", codec != "jxl" { #expect(sent.events(named: "instance").first?["why"] as? String == "as asked for") }
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
    }

    @Test func severalStudiesAndSendersAtOnce() async throws {
        let site = try await Site.withTrust()
        for sender in 1...3 {
            for study in 1...2 {
                for number in 1...3 {
                    var image = SyntheticImage()
                    image.studyUID = "2.25.200\(sender)\(study)"
                    image.instance = number
                    _ = try site.write(image.file(), as: "sender-\(sender)/study-\(study)/\(number).dcm")
                }
            }
        }
        let (receiver, address) = try await site.startReceiver(["--studies", "6"])
        try await withThrowingTaskGroup(of: Finished.self) { group in
            for sender in 1...3 {
                group.addTask { try await site.send(["\(site.originals)/sender-\(sender)"], to: address) }
            }
            for try await sent in group { #expect(sent.status == 0, "\(sent.errors)") }
        }
        let received = await receiver.finish()
        #expect(received.status == 0)
        #expect(received.events(named: "study").count == 6)
        #expect(site.files(below: site.inbox).count == 18)
        #expect(Set(site.files(below: site.inbox).values) == Set(site.files(below: site.originals).values))
    }

    /// Sending a study again changes nothing and is no error.
    @Test func sendingTwiceIsHarmless() async throws {
        let site = try await Site.withTrust()
        try writeStudy(site, count: 2)
        let (receiver, address) = try await site.startReceiver(["--studies", "2", "--layout", "flat"])
        for _ in 1...2 { #expect(try await site.send([site.originals], to: address).status == 0) }
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
    }

    /// Another file under a name that is taken is stored beside it, never over it.
    @Test func anotherFileOfTheSameNameIsKeptBeside() async throws {
        let site = try await Site.withTrust()
        let (receiver, address) = try await site.startReceiver(["--studies", "2", "--layout", "flat"])
        var contents: Set<Data> = []
        for instance in 1...2 {
            var image = SyntheticImage()
            image.instance = instance
            let path = try site.write(image.file(), as: "image.dcm")
            contents.insert(try Data(contentsOf: URL(filePath: path)))
            #expect(try await site.send([path], to: address).status == 0)
        }
        #expect(await receiver.finish().status == 0)
        #expect(Set(site.files(below: site.inbox).values) == contents)
    }

    @Test func receiverStopsCleanlyOnSignals() async throws {
        for signal in [SIGTERM, SIGINT] {
            let site = try await Site.withTrust()
            let (receiver, _) = try await site.startReceiver()
            receiver.signal(signal)
            let finished = await receiver.finish()
            #expect(finished.status == 0, "\(finished.errors)")
            #expect(finished.events.last?["event"] as? String == "stopped")
        }
    }
}
