import Foundation
import GRDB
import LinkSimulator
import TestSupport
import Testing

/// Whatever is killed, cut or taken away on the sender's side: the study arrives whole, once, or it is said why not.
@Suite struct DeliveryTests {
    // MARK: Killed at each state

    private static let states = [
        ("taken in", "SELECT COUNT(*) FROM study"),
        ("sealed", "SELECT COUNT(*) FROM instance WHERE state = 'sealed'"),
        ("sending", "SELECT COUNT(*) FROM instance WHERE state = 'sending'"),
        ("first receipt", "SELECT COUNT(*) FROM instance WHERE state = 'acknowledged'"),
        ("half of the receipts", "SELECT COUNT(*) >= 6 FROM instance WHERE state = 'acknowledged'"),
        ("all receipts", "SELECT COUNT(*) = 12 FROM instance WHERE state = 'acknowledged'"),
    ]

    @Test(arguments: states.indices) func senderKilled(_ index: Int) async throws {
        let (name, query) = Self.states[index]
        let delivery = try await Delivery(images: 12)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address)
        defer { link.stop() }
        // Where nothing must have been sent yet, nothing passes.
        link.setBlackhole(index < 2)
        let sender = try delivery.startSending(to: link.address)
        #expect(try await delivery.journal.wait(until: query), "\(name) never came")
        sender.signal(SIGKILL)
        _ = await sender.finish()
        #expect(delivery.journal.isIntact)
        link.setBlackhole(false)
        let rest = try await delivery.deliverRest("--give-up-after", "30s")
        #expect(rest.status == 0, "\(name): \(rest.output)\(rest.errors)")
        try await delivery.expectDelivered("\(name)")
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    // MARK: Stopped

    @Test(arguments: [SIGTERM, SIGINT]) func stoppingKeepsEverything(_ signal: Int32) async throws {
        let delivery = try await Delivery(images: 8)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address)
        defer { link.stop() }
        let sender = try delivery.startSending(to: link.address, ["--give-up-after", "10m"])
        _ = try await sender.event("instance")
        sender.signal(signal)
        let stopped = await sender.finish()
        #expect(stopped.status == 75, "\(stopped.output)\(stopped.errors)")
        #expect(stopped.events(named: "instance").count == 8, "each file is told of")
        let status = try await run(Programs.send, delivery.words("status"))
        #expect(status.status == 75)
        #expect(status.events.first?["state"] as? String == "queued")
        #expect(try await delivery.deliverRest().status == 0)
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        #expect(try await run(Programs.send, delivery.words("status")).status == 0)
    }

    // MARK: Cut

    @Test func goesOnByItselfAfterACut() async throws {
        let delivery = try await Delivery(images: 10)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address)
        defer { link.stop() }
        let sender = try delivery.startSending(to: link.address, ["--give-up-after", "2m"])
        _ = try await sender.event("instance")
        link.cut()
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        #expect(!sent.events(named: "retry").isEmpty)
        #expect(sent.events(named: "instance").count == 10, "each file is told of once")
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    @Test func waitsForAReceiverThatIsNotThereYet() async throws {
        let delivery = try await Delivery(images: 2)
        // A port that was free a moment ago.
        let (first, address) = try await delivery.site.startReceiver()
        first.signal(SIGTERM)
        _ = await first.finish()
        let sender = try delivery.startSending(to: address, ["--give-up-after", "2m"])
        _ = try await sender.event("retry")
        let (receiver, _) = try await delivery.site.startReceiver(["--layout", "flat"], listen: address)
        #expect(await sender.finish().status == 0)
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    // MARK: The sender's disk

    private func killedWhileSealed(_ delivery: Delivery) async throws {
        // Nobody listens there: everything is sealed as far as the receiver's terms are known, and nothing is sent.
        let sender = try delivery.startSending(to: "127.0.0.1:1", ["--give-up-after", "10m"])
        #expect(try await delivery.journal.wait(until: "SELECT COUNT(*) = 5 FROM instance WHERE state = 'sealed'"))
        sender.signal(SIGKILL)
        _ = await sender.finish()
    }

    /// So that the terms are known: another study is delivered first.
    private func meet(_ delivery: Delivery, at address: String) async throws {
        let path = delivery.site.folder + "/first.dcm"
        try Data(SyntheticImage(studyUID: "2.25.1").file()).write(to: URL(filePath: path))
        #expect(try await delivery.site.send([path], to: address).status == 0)
        for name in delivery.site.files(below: delivery.site.inbox).keys { unlink(delivery.site.inbox + "/" + name) }
    }

    private func redirect(_ delivery: Delivery, to address: String) throws {
        try DatabaseQueue(path: delivery.journal.path).write {
            try $0.execute(sql: "UPDATE study SET address = ?", arguments: [address])
        }
    }

    /// What a power cut may leave of files that were never synced, and what a broken disk leaves of those that were.
    @Test func damagedSealedFilesAreMadeAnew() async throws {
        let delivery = try await Delivery(images: 5)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        try await meet(delivery, at: address)
        try await killedWhileSealed(delivery)
        let spool = delivery.site.clinicHome + "/state/outbox"
        let folder = try #require(
            try FileManager.default.contentsOfDirectory(atPath: spool).first { !$0.hasSuffix(".lock") })
        truncate("\(spool)/\(folder)/0.dcm", 100)
        unlink("\(spool)/\(folder)/1.dcm")
        try Data("garbage".utf8).write(to: URL(filePath: "\(spool)/\(folder)/.veilray-1.part"))
        try Data("garbage".utf8).write(to: URL(filePath: "\(spool)/\(folder)/77.dcm"))
        try redirect(delivery, to: address)
        let rest = try await delivery.deliverRest()
        #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        #expect(delivery.site.files(below: delivery.site.inbox) == delivery.originals)
        #expect(delivery.site.files(below: spool).isEmpty)
    }

    /// What is sealed is sent, whatever became of its original; what is not sealed yet fails with a reason.
    @Test func originalsThatAreGone() async throws {
        let delivery = try await Delivery(images: 5)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        try await meet(delivery, at: address)
        try await killedWhileSealed(delivery)
        let spool = delivery.site.clinicHome + "/state/outbox"
        let folder = try #require(
            try FileManager.default.contentsOfDirectory(atPath: spool).first { !$0.hasSuffix(".lock") })
        // The sealed file of one is lost as well.
        let name = try await DatabaseQueue(path: delivery.journal.path).read {
            try String.fetchOne($0, sql: "SELECT name FROM instance WHERE position = 0 AND state = 'sealed'")
        }
        let lost = try #require(name)
        unlink("\(spool)/\(folder)/0.dcm")
        for name in delivery.originals.keys { unlink("\(delivery.site.originals)/\(name)") }
        try redirect(delivery, to: address)
        let rest = try await delivery.deliverRest()
        #expect(rest.status == 74, "\(rest.output)\(rest.errors)")
        let failed = rest.events(named: "instance").filter { $0["status"] as? String == "failed" }
        #expect(failed.compactMap { $0["name"] as? String } == [lost])
        #expect((failed.first?["reason"] as? String)?.contains("cannot open") == true)
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        #expect(delivery.site.files(below: delivery.site.inbox) == delivery.originals.filter { $0.key != lost })
        #expect(try await run(Programs.send, delivery.words("status")).status == 0, "the study is closed")
    }

    /// A share that is away for a while takes nothing away from the study.
    @Test(.timeLimit(.minutes(3))) func originalsThatAreOutOfReach() async throws {
        let delivery = try await Delivery(images: 3)
        let site = delivery.site
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        #expect(try await site.send([site.originals], to: address, ["--no-wait"]).status == 0)
        let away = site.folder + "/away"
        try FileManager.default.moveItem(atPath: site.originals, toPath: away)
        let service = try RunningProgram(Programs.send, delivery.words("deliver"))
        let retry = try await service.event("retry")
        #expect((retry["reason"] as? String)?.contains("cannot open") == true, "\(retry)")
        try FileManager.default.moveItem(atPath: away, toPath: site.originals)
        let ended = try await service.event("study")
        #expect(ended["delivered"] as? Int == 3, "\(ended)")
        service.signal(SIGTERM)
        _ = await service.finish()
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    // MARK: The receiver's memory

    /// Restored from an old backup, say: what it signed for is sent again.
    @Test func aReceiverThatForgotEverything() async throws {
        let delivery = try await Delivery(images: 10)
        let site = delivery.site
        let (first, address) = try await site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address)
        let sender = try delivery.startSending(to: link.address)
        #expect(try await delivery.journal.wait(until: "SELECT COUNT(*) >= 3 FROM instance WHERE state = 'acknowledged'"))
        sender.signal(SIGKILL)
        _ = await sender.finish()
        link.stop()
        first.signal(SIGKILL)
        _ = await first.finish()
        try FileManager.default.removeItem(atPath: site.radiologistHome + "/state")
        try FileManager.default.removeItem(atPath: site.inbox)
        let (receiver, newAddress) = try await site.startReceiver(["--layout", "flat"])
        try redirect(delivery, to: newAddress)
        let rest = try await delivery.deliverRest("--give-up-after", "30s")
        #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    // MARK: Several at once

    @Test func theSameStudyTwiceIsOneTransfer() async throws {
        let delivery = try await Delivery(images: 6)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address)
        defer { link.stop() }
        // Nothing passes until both are at it, however long the second takes to start.
        link.setBlackhole(true)
        let first = try delivery.startSending(to: link.address, ["--give-up-after", "2m"])
        _ = try await first.event("queued")
        let second = try delivery.startSending(to: link.address, ["--give-up-after", "2m"])
        #expect(try await second.event("queued")["joined"] as? Bool == true)
        // The one that waited takes over.
        first.signal(SIGKILL)
        _ = await first.finish()
        link.setBlackhole(false)
        let sent = await second.finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        #expect(sent.events(named: "instance").count == 6)
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    /// The second order corrects the first one's address, also for the service that is at it already.
    @Test(.timeLimit(.minutes(3))) func aWrongAddressIsCorrected() async throws {
        let delivery = try await Delivery(images: 2)
        let site = delivery.site
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        #expect(try await site.send([site.originals], to: "127.0.0.1:1", ["--no-wait"]).status == 0)
        let service = try RunningProgram(Programs.send, delivery.words("deliver"))
        _ = try await service.event("retry")
        let second = try await site.send([site.originals], to: address, ["--no-wait"])
        #expect(second.events(named: "queued").first?["joined"] as? Bool == true)
        _ = try await service.event("study")
        service.signal(SIGTERM)
        _ = await service.finish()
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    @Test func tenSendersOfOneHome() async throws {
        let delivery = try await Delivery(images: 1)
        let site = delivery.site
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        var folders: [String] = []
        for study in 0..<10 {
            let folder = "study-\(study)"
            for number in 1...3 {
                let image = SyntheticImage(studyUID: "2.25.77\(study)", instance: number)
                _ = try site.write(image.file(), as: "\(folder)/\(study)-\(number).dcm")
            }
            folders.append(folder)
        }
        let results = try await withThrowingTaskGroup(of: Finished.self) { group in
            for folder in folders {
                group.addTask { try await site.send(["\(site.originals)/\(folder)"], to: address, ["--give-up-after", "1m"]) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for result in results { #expect(result.status == 0, "\(result.output)\(result.errors)") }
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        let received = site.files(below: site.inbox)
        #expect(received.count == 30)
        for (name, content) in site.files(below: site.originals) where name.contains("/") {
            #expect(received[(name as NSString).lastPathComponent] == content, "\(name)")
        }
    }

    @Test func urgentStudiesOvertake() async throws {
        let delivery = try await Delivery(images: 100, size: 192)
        let site = delivery.site
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address, bitsPerSecond: 2e6)
        defer { link.stop() }
        let routine = try delivery.startSending(to: link.address, ["--give-up-after", "2m"])
        _ = try await routine.event("instance")
        let path = site.folder + "/urgent.dcm"
        try Data(SyntheticImage(rows: 256, columns: 256, studyUID: "2.25.5").file()).write(to: URL(filePath: path))
        let urgent = try await site.send([path], to: link.address, ["--priority", "stat"])
        #expect(urgent.status == 0, "\(urgent.output)\(urgent.errors)")
        #expect(routine.isRunning, "the routine study was to be overtaken")
        #expect(await routine.finish().status == 0)
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        #expect(site.files(below: site.inbox).count == 101)
    }

    // MARK: The outbox without delivery

    @Test func takenInNowDeliveredLater() async throws {
        let delivery = try await Delivery(images: 2)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        let queued = try await delivery.site.send([delivery.site.originals], to: address, ["--no-wait"])
        #expect(queued.status == 0)
        #expect(delivery.site.files(below: delivery.site.inbox).isEmpty)
        let service = try RunningProgram(
            Programs.send, delivery.words("deliver", "--metrics", delivery.site.folder + "/send.prom"))
        _ = try await service.event("study")
        service.signal(SIGTERM)
        let stopped = await service.finish()
        #expect(stopped.status == 0, "\(stopped.errors)")
        try await delivery.expectDelivered()
        let metrics = try String(contentsOfFile: delivery.site.folder + "/send.prom", encoding: .utf8)
        #expect(metrics.contains("veilray_outbox_studies{priority=\"routine\"} 0\n"))
        #expect(metrics.contains("veilray_sender_files_total 2\n"))
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    /// The receiver was set up anew: what waits for its earlier identity says so, and what helps.
    @Test func aReceiverWithANewIdentity() async throws {
        let delivery = try await Delivery(images: 1)
        let site = delivery.site
        #expect(try await site.send([site.originals], to: "127.0.0.1:1", ["--no-wait"]).status == 0)
        try FileManager.default.removeItem(atPath: site.radiologistHome)
        try await site.succeed(Programs.receive, ["init", "--home", site.radiologistHome, "--name", "Test Radiologist"])
        try FileManager.default.removeItem(atPath: site.clinicHome + "/trusted/radiologist.card")
        let gone = try await delivery.deliverRest()
        #expect(gone.status == 77)
        #expect(gone.errors.contains("trust --replaces"), "\(gone.errors)")
        try await site.trust(site.radiologistHome, by: Programs.send, site.clinicHome, as: "radiologist")
        let other = try await delivery.deliverRest()
        #expect(other.status == 77)
        #expect(other.errors.contains("has another identity") && other.errors.contains("trust --replaces"), "\(other.errors)")
        let status = try #require(try await run(Programs.send, delivery.words("status")).events.first)
        #expect((status["lastError"] as? String)?.contains("trust --replaces") == true)
        // What it names is done, and the study arrives.
        try await site.succeed(Programs.send, ["card", "--home", site.radiologistHome]).output
            .write(toFile: site.folder + "/new.card", atomically: true, encoding: .utf8)
        let moved = try await site.succeed(
            Programs.send,
            ["trust", "--replaces", "radiologist", site.folder + "/new.card", "--home", site.clinicHome]
                + ["--fingerprint", site.fingerprint(of: site.radiologistHome)])
        #expect(moved.output.contains("Moved to the new identity: 1 of 1 waiting studies."), "\(moved.output)")
        try await site.trust(site.clinicHome, by: Programs.receive, site.radiologistHome, as: "clinic")
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        try await delivery.expectDelivered()
    }

    /// People see what waits, and where it is from; a service without work says nothing.
    @Test func theOutboxSpeaksToPeople() async throws {
        let delivery = try await Delivery(images: 2)
        let site = delivery.site
        let home = ["--home", site.clinicHome]
        let idle = try await run(Programs.send, ["deliver", "--once"] + home)
        #expect(idle.status == 0 && idle.output.isEmpty && idle.errors.isEmpty, "\(idle.output)\(idle.errors)")
        let queued = try await run(
            Programs.send, ["study", site.originals, "--to", "radiologist", "--address", "127.0.0.1:1", "--no-wait"] + home)
        #expect(queued.status == 0)
        #expect(queued.output.hasPrefix("Queued: 2 files for radiologist, transfer "), "\(queued.output)")
        #expect(queued.output.split(separator: "\n").count == 1)
        let status = try await run(Programs.send, ["status"] + home)
        #expect(status.output.contains(site.originals), "\(status.output)")
        let event = try #require(try await run(Programs.send, delivery.words("status")).events.first)
        #expect(event["folder"] as? String == site.originals)
        #expect(event["patientID"] as? String == SyntheticImage().patientID)
    }

    /// The same study once more: the receiver knows every file before it is sealed.
    @Test func whatIsDeliveredLeavesNothingBehind() async throws {
        let delivery = try await Delivery(images: 4)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        for _ in 1...6 {
            let sent = try await delivery.startSending(to: address).finish()
            #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
            #expect(!sent.errors.contains("could not be put"), "\(sent.errors)")
            #expect(delivery.site.files(below: delivery.site.clinicHome + "/state/outbox").isEmpty)
        }
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    @Test func receiptsThatWereTamperedWithAreTold() async throws {
        let delivery = try await Delivery(images: 1)
        let (receiver, address) = try await delivery.site.startReceiver(["--studies", "1", "--layout", "flat"])
        #expect(try await delivery.site.send([delivery.site.originals], to: address).status == 0)
        _ = await receiver.finish()
        let exported = delivery.site.folder + "/exported"
        #expect(try await run(Programs.send, delivery.words("receipts", "--export", exported)).status == 0)
        let receipts = delivery.site.clinicHome + "/state/receipts"
        #expect(delivery.site.files(below: exported) == delivery.site.files(below: receipts))
        let name = try #require(delivery.site.files(below: receipts).keys.first)
        let text = try String(contentsOfFile: "\(receipts)/\(name)", encoding: .utf8)
        // The last line of the last receipt's base 64: its signature.
        let lines = text.split(separator: "\n").map(String.init)
        let position = lines.count - 2
        var changed = lines
        changed[position] = String(lines[position].map { $0 == "A" ? "B" : $0 == "B" ? "A" : $0 == "x" ? "y" : $0 == "y" ? "x" : $0 })
        if changed == lines { changed[position] = String(lines[position].reversed()) }
        try changed.joined(separator: "\n").write(toFile: "\(receipts)/\(name)", atomically: true, encoding: .utf8)
        let forged = try await run(Programs.send, delivery.words("receipts"))
        #expect([65, 77].contains(forged.status), "\(forged.output)")
        #expect(forged.events.first?["isVerified"] as? Bool == false)
    }
}
