import Basics
import Foundation
import TestSupport
import Testing

/// An instance sent again is not stored again; another one in its place is told of and set aside.
@Suite struct ExactlyOnceTests {
    @Test func theSameStudyAgainIsKnown() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(4)
        let (receiver, address) = try await site.startReceiver()
        #expect(try await site.send([site.originals], to: address).status == 0)
        let first = site.files(below: site.inbox)
        #expect(first.count == 4)
        let again = try await site.send([site.originals], to: address)
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.events(named: "instance").count { $0["status"] as? String == "delivered" } == 4)
        receiver.signal(SIGTERM)
        let received = await receiver.finish()
        #expect(received.events(named: "instance").count { $0["known"] as? Bool == true } == 4)
        #expect(received.events(named: "complete").count == 2)
        #expect(site.files(below: site.inbox) == first)
    }

    /// Somebody moved the files into an archive and is sent the study again: then it is wanted again.
    @Test func whatWasMovedAwayComesAgain() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(3)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        try FileManager.default.removeItem(atPath: site.inbox + "/image-2.dcm")
        // Changed, it is not what was delivered.
        try Data("something else".utf8).write(to: URL(filePath: site.inbox + "/image-3.dcm"))
        #expect(try await site.send([site.originals], to: address).status == 0)
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().events(named: "instance").count { $0["known"] as? Bool == true } == 1)
        let originals = site.files(below: site.originals)
        let files = site.files(below: site.inbox)
        #expect(files["image-2.dcm"] == originals["image-2.dcm"])
        #expect(files["image-3.dcm"] == Data("something else".utf8))
        #expect(files.count == 4)
        #expect(files.values.contains(try #require(originals["image-3.dcm"])))
    }

    @Test func anotherFileOfTheSameInstanceIsAConflict() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(3)
        let (receiver, address) = try await site.startReceiver()
        #expect(try await site.send([site.originals], to: address).status == 0)
        let before = site.files(below: site.inbox)
        var changed = SyntheticImage()
        (changed.rows, changed.columns, changed.instance) = (128, 128, 2)
        changed.patientName = "CORRECTED^NAME"
        let bytes = try changed.file()
        _ = try site.write(bytes, as: "image-2.dcm")
        let sent = try await site.send([site.originals], to: address)
        #expect(sent.status == 65, "\(sent.output)\(sent.errors)")
        let failed = sent.events(named: "instance").filter { $0["status"] as? String == "failed" }
        #expect(failed.map { $0["name"] as? String } == ["image-2.dcm"])
        #expect((failed.first?["reason"] as? String)?.contains("SOPInstanceUID") == true)
        receiver.signal(SIGTERM)
        let received = await receiver.finish()
        let conflict = try #require(received.events(named: "conflict").first)
        let aside = try #require(conflict["path"] as? String)
        #expect(aside.hasPrefix(site.inbox + "/conflicts/"))
        #expect(FileManager.default.contents(atPath: aside) == Data(bytes))
        #expect(received.events(named: "incomplete").count == 1)
        let after = site.files(below: site.inbox)
        #expect(after.count == before.count + 1)
        for (name, content) in before { #expect(after[name] == content, "\(name)") }
    }

    /// One study may hold several files of one instance, as archives of test images do: its sender says so.
    @Test func oneStudyMayHoldAnInstanceTwice() async throws {
        let site = try await Site.withTrust()
        let image = SyntheticImage()
        _ = try site.write(image.file(), as: "one.dcm")
        var other = image
        other.patientName = "SYNTHETIC^OTHER"
        _ = try site.write(other.file(), as: "two.dcm")
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--studies", "1"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        #expect(await receiver.finish().events(named: "conflict").isEmpty)
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
    }

    @Test(.timeLimit(.minutes(5))) func tenSendersAtOnce() async throws {
        let site = try await Site.withTrust()
        // Five studies, each sent by two clinics at the same time.
        for study in 1...5 { try site.writeStudy(4, studyUID: "2.25.70\(study)", folder: "study-\(study)/") }
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        var senders: [RunningProgram] = []
        for number in 0..<10 {
            let home = site.folder + "/clinic-\(number)"
            try await site.succeed(Programs.send, ["init", "--home", home, "--name", "Clinic \(number)"])
            try await site.trust(home, by: Programs.receive, site.radiologistHome, as: "clinic-\(number)")
            try await site.trust(site.radiologistHome, by: Programs.send, home, as: "radiologist")
            senders.append(
                try RunningProgram(
                    Programs.send,
                    [
                        "study", "\(site.originals)/study-\(number / 2 + 1)", "\(site.originals)/study-\(number / 2 + 1)/image-1.dcm",
                        "--home", home, "--to", "radiologist", "--address", address, "--json",
                    ], deadline: .seconds(240)))
        }
        for sender in senders {
            let sent = await sender.finish()
            #expect(sent.status == 0, "\(sent.errors)")
        }
        try await receiver.event("complete", number: 10)
        receiver.signal(SIGTERM)
        let received = await receiver.finish()
        #expect(received.events(named: "conflict").isEmpty)
        let expected = site.files(below: site.originals)
        let got = site.files(below: site.inbox)
        for (name, content) in expected { #expect(got[name] == content, "\(name)") }
        #expect(site.spooledFiles.isEmpty)
    }

    /// A file of the receiver's stands where the clinic's files need a folder. It will stand there tomorrow, too.
    @Test(.timeLimit(.minutes(2)), arguments: [[], ["--whole-studies"]]) func aFileWhereAFolderIsNeeded(_ options: [String]) async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2, folder: "DICOM/")
        try FileManager.default.createDirectory(atPath: site.inbox, withIntermediateDirectories: true)
        try Data("the reader's own".utf8).write(to: URL(filePath: site.inbox + "/DICOM"))
        let kept = site.folder + "/kept"
        try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
        try Data("the reader's own".utf8).write(to: URL(filePath: kept + "/DICOM"))
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--keep-stego", kept] + options)
        let sent = try await site.send([site.originals], to: address)
        #expect(sent.status == 0, "\(sent.errors)")
        try await receiver.event("complete")
        receiver.signal(SIGTERM)
        let finished = await receiver.finish()
        #expect(finished.events(named: "disconnected").allSatisfy { $0["reason"] == nil })
        var restored = site.files(below: site.inbox)
        #expect(restored.removeValue(forKey: "DICOM") == Data("the reader's own".utf8))
        #expect(Set(restored.values) == Set(site.files(below: site.originals).values))
        #expect(restored.keys.allSatisfy { $0.hasPrefix("conflicts/") })
        #expect(site.files(below: kept).count == 3)
        #expect(site.leftovers.isEmpty)
        #expect(site.spooledFiles.isEmpty)
    }
}
