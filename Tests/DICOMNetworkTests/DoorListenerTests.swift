import DICOM
import Foundation
import SeededRandomness
import TestSupport
import Testing

@testable import DICOMNetwork

/// A real listener with real children, judged by DCMTK's programs.
@Suite(.timeLimit(.minutes(5))) struct DoorListenerTests {
    private func echo(_ port: UInt16, _ more: [String] = [], calling: String = "CT1", called: String = "VEILRAY") async throws -> Finished {
        try await DCMTK.run("echoscu", ["-v", "-aet", calling, "-aec", called] + more + ["127.0.0.1", String(port)])
    }

    @Test(.needs("dcmdump")) func echoIsAnswered() async throws {
        let door = try ExampleDoor()
        try await door.open { listener in
            let finished = try await echo(listener.portNumbers[0])
            #expect(finished.status == 0, "\(finished.errors)")
            try await door.wait { $0.summaries.count == 1 }
        }
        #expect(door.summaries == [AssociationSummary(ending: .released)])
        #expect(door.endings == [.released])
    }

    @Test(.needs("dcmdump")) func whoeverIsNotAllowedIsToldWhy() async throws {
        let door = try ExampleDoor()
        try await door.open(try ExampleDoor.rules(callers: ["CT1@127.0.0.1"])) { listener in
            let port = listener.portNumbers[0]
            let called = try await echo(port, called: "OTHER")
            #expect(called.status != 0 && (called.output + called.errors).contains("Called AE Title Not Recognized"))
            let calling = try await echo(port, calling: "CT2")
            #expect(calling.status != 0 && (calling.output + calling.errors).contains("Calling AE Title Not Recognized"))
            #expect(try await echo(port).status == 0)
        }
        let rejections = door.events.compactMap { if case .rejected(_, let rejection) = $0 { rejection } else { nil } }
        #expect(rejections == [.calledTitle, .callingTitle])
    }

    @Test(.needs("dcmdump")) func tooManyAreRejectedForNow() async throws {
        let door = try ExampleDoor()
        try await door.open(try ExampleDoor.rules(most: 0)) { listener in
            let finished = try await echo(listener.portNumbers[0])
            #expect(finished.status != 0)
            #expect((finished.output + finished.errors).contains("Rejected Transient"))
            #expect((finished.output + finished.errors).contains("Local Limit Exceeded"))
        }
    }

    /// Not a byte is read of whoever is at an address that nobody is allowed at.
    @Test(.needs("dcmdump")) func otherAddressesAreTurnedAway() async throws {
        let door = try ExampleDoor()
        try await door.open(try ExampleDoor.rules(callers: ["CT1@10.0.0.5"])) { listener in
            let finished = try await echo(listener.portNumbers[0])
            #expect(finished.status != 0)
        }
        let addresses = door.events.map { if case .turnedAway(let address) = $0 { address.description } else { "\($0)" } }
        #expect(addresses == ["127.0.0.1"])
    }

    @Test(.needs("dcmdump")) func dataSetsAreKeptBitForBit() async throws {
        let door = try ExampleDoor()
        let files = try TemporaryFolder()
        var originals: [String: [UInt8]] = [:]
        for number in 1...5 {
            let bytes = try ExampleInstance.file(number, byteCount: [0, 2, 131_070, 131_072, 1_000_000][number - 1])
            try files.write(bytes, as: "\(number).dcm")
            originals["2.25.7.\(number)"] = try ExampleInstance.dataSet(of: bytes)
        }
        try await door.open { listener in
            let finished = try await DCMTK.run(
                "storescu", ["-aec", "VEILRAY", "+sd", "-xe", "127.0.0.1", String(listener.portNumbers[0]), files.path])
            #expect(finished.status == 0, "\(finished.errors)")
            try await door.wait { $0.summaries.count == 1 }
        }
        #expect(door.kept.count == 5)
        for (offer, path) in door.kept {
            #expect(offer.transferSyntaxUID == TransferSyntax.explicitLittleEndian.uid)
            #expect(FileManager.default.contents(atPath: path).map { Array($0) } == originals[offer.sopInstanceUID])
        }
        #expect(door.summaries.first?.stored == 5)
        #expect(door.summaries.first?.byteCount == originals.values.reduce(0) { $0 + $1.count })
    }

    @Test(.needs("dcmdump")) func aFullDiskIsA700() async throws {
        let door = try ExampleDoor(.full)
        let files = try TemporaryFolder()
        let file = try files.write(try ExampleInstance.file(1, byteCount: 400_000), as: "1.dcm")
        try await door.open { listener in
            let finished = try await DCMTK.run("storescu", ["-v", "-aec", "VEILRAY", "127.0.0.1", String(listener.portNumbers[0]), file])
            #expect((finished.output + finished.errors).contains("Refused: OutOfResources"))
            try await door.wait { $0.summaries.count == 1 }
        }
        #expect(door.summaries == [AssociationSummary(ending: .released, refused: 1)])
        let answers = door.events.compactMap { if case .refused(_, let answer, _) = $0 { answer } else { nil } }
        #expect(answers == [.outOfResources("No space left on device")])
    }

    @Test(.needs("dcmdump")) func whatNeedNotComeIsDropped() async throws {
        let door = try ExampleDoor(.refuse)
        let files = try TemporaryFolder()
        for number in 1...2 { try files.write(try ExampleInstance.file(number, byteCount: 300_000), as: "\(number).dcm") }
        try await door.open { listener in
            _ = try await DCMTK.run(
                "storescu", ["-nh", "-aec", "VEILRAY", "+sd", "127.0.0.1", String(listener.portNumbers[0]), files.path])
            try await door.wait { $0.summaries.count == 1 }
        }
        #expect(door.summaries == [AssociationSummary(ending: .released, refused: 2)], "the association outlives a refusal")
        #expect(try door.folder.names.isEmpty)
    }

    // MARK: TLS

    private func credentials(in folder: TemporaryFolder, clients: Bool) async throws -> DoorCredentials {
        for name in ["door", "modality"] {
            let made = try await ForeignPrograms.run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                    "-keyout", folder("\(name).key"), "-out", folder("\(name).pem"),
                ])
            #expect(made.status == 0, "\(made.errors)")
        }
        return DoorCredentials(
            certificate: folder("door.pem"), key: folder("door.key"), clients: clients ? folder("modality.pem") : nil)
    }

    @Test(.needs("dcmdump", "openssl")) func overTLSWhoeverShowsACertificateIsLetIn() async throws {
        let folder = try TemporaryFolder()
        let door = try ExampleDoor()
        try await door.open(credentials: try await credentials(in: folder, clients: true)) { listener in
            let port = listener.portNumbers[1]
            let shown = ["+tls", folder("modality.key"), folder("modality.pem"), "+cf", folder("door.pem")]
            let finished = try await echo(port, shown)
            #expect(finished.status == 0, "\(finished.errors)")
            // Without one, with another, and without TLS.
            #expect(try await echo(port, ["+tla", "+cf", folder("door.pem")]).status != 0)
            #expect(try await echo(port, ["+tls", folder("door.key"), folder("door.pem"), "+cf", folder("door.pem")]).status != 0)
            #expect(try await echo(port).status != 0)
            // TLS 1.1 is no more (RFC 8996).
            let old = try await ForeignPrograms.run(
                "openssl", ["s_client", "-connect", "127.0.0.1:\(port)", "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"])
            #expect(old.status != 0)
        }
        let callers = door.events.compactMap { if case .ended(let caller, _) = $0 { caller } else { nil } }
        #expect(callers.count == 1 && callers.allSatisfy(\.isSecure))
    }

    @Test(.needs("openssl")) func filesThatCannotBeUsedAreToldAtOnce() async throws {
        let folder = try TemporaryFolder()
        let good = try await credentials(in: folder, clients: false)
        let taker = try ExampleDoor()
        for credentials in [
            DoorCredentials(certificate: folder("nothing.pem"), key: good.key, clients: nil),
            DoorCredentials(certificate: good.certificate, key: folder("modality.key"), clients: nil),
            DoorCredentials(certificate: good.certificate, key: good.key, clients: folder("nothing.pem")),
        ] {
            #expect(throws: DoorListener.Failure.self) {
                _ = try DoorListener(
                    DoorListener.Ports(plain: nil, secure: 0, credentials: credentials), rules: try ExampleDoor.rules(), taker: taker,
                    observer: taker, command: ExampleDoor.child)
            }
        }
    }
}
