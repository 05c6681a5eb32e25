import Concurrency
import DICOM
import Foundation
import TestSupport
import Testing

@testable import DICOMNetwork

/// Storing at another application: at a door of our own, and at pynetdicom's.
@Suite(.timeLimit(.minutes(5))) struct OutgoingAssociationTests {
    private static let scp = Package.folder + "/Tests/DICOMNetworkTests/Judges/storage.py"
    private static let computedTomography = "1.2.840.10008.5.1.4.1.1.2"

    /// Asks on a thread of its own, as callers do.
    private func associate<Result: Sendable>(
        _ target: StorageTarget, calling: String = "CT1", timeout: Duration = .seconds(30),
        contexts: [PresentationContext] = [Self.explicit], _ body: @escaping @Sendable (OutgoingAssociation) throws -> Result
    ) async throws -> Result {
        let title = try #require(ApplicationEntityTitle(calling))
        return try await DedicatedThread.run(name: "store") {
            let association = try OutgoingAssociation(
                with: target, calling: title, timeout: timeout, for: Set(contexts), command: ExampleDoor.child, unless: { false })
            let result = try body(association)
            association.release()
            return result
        }
    }

    private static let explicit = PresentationContext(
        sopClassUID: computedTomography, transferSyntaxUID: TransferSyntax.explicitLittleEndian.uid)

    private func target(_ port: UInt16, _ title: String = "VEILRAY", host: String = "127.0.0.1") throws -> StorageTarget {
        try #require(StorageTarget("\(title)@\(host):\(port)"))
    }

    /// Hands over a file as it is given.
    private static func store(_ bytes: [UInt8], at path: String, _ association: OutgoingAssociation) throws -> OutgoingAssociation.Answer {
        try Data(bytes).write(to: URL(filePath: path))
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        return try association.store(file.fileDescriptor, byteCount: bytes.count, try StorageIdentity(of: bytes))
    }

    private static let stored = OutgoingAssociation.Answer.answered(StoreStatus(code: 0, comment: ""))

    @Test func dataSetsGoBitForBit() async throws {
        let door = try ExampleDoor()
        let files = try TemporaryFolder()
        // Around the length of a unit, and of a piece that is read at once.
        let counts = [0, 2, 130_000, 131_060, 131_072, 262_120, 262_144, 1_000_000]
        var originals: [[UInt8]] = []
        for (number, count) in counts.enumerated() { originals.append(try ExampleInstance.file(number, byteCount: count)) }
        try await door.open { [originals] listener in
            let answers = try await associate(try target(listener.portNumbers[0])) { association in
                try originals.enumerated().map { try Self.store($1, at: files("\($0)"), association) }
            }
            #expect(answers == counts.map { _ in Self.stored })
            try await door.wait { $0.summaries.count == 1 }
        }
        let kept = door.kept.map { FileManager.default.contents(atPath: $0.path).map { Array($0) } }
        #expect(try kept == originals.map { try ExampleInstance.dataSet(of: $0) })
        #expect(door.kept.map(\.offer.sopInstanceUID) == counts.indices.map { "2.25.7.\($0)" })
        #expect(door.summaries.first?.ending == .released)
    }

    /// An original whose length is odd gets the byte that makes it even, and nothing else.
    @Test func oddDataSetsAreMadeEven() async throws {
        let door = try ExampleDoor()
        let files = try TemporaryFolder()
        let odd = try ExampleInstance.file(1, byteCount: 300_000) + [0x41]
        try await door.open { listener in
            #expect(try await associate(try target(listener.portNumbers[0])) { try Self.store(odd, at: files("odd"), $0) } == Self.stored)
            try await door.wait { $0.summaries.count == 1 }
        }
        let kept = try #require(door.kept.first.flatMap { FileManager.default.contents(atPath: $0.path) })
        #expect(try Array(kept) == ExampleInstance.dataSet(of: odd) + [0])
    }

    @Test func rejectionsAreTold() async throws {
        let door = try ExampleDoor()
        try await door.open(try ExampleDoor.rules(callers: ["CT1@127.0.0.1"])) { listener in
            let port = listener.portNumbers[0]
            for (title, calling, reason) in [
                ("OTHER", "CT1", "it has another title than the one that was called"),
                ("VEILRAY", "CT2", "it does not know the calling title of this side"),
            ] {
                await #expect {
                    try await associate(try target(port, title), calling: calling) { _ in }
                } throws: {
                    ($0 as? AssociationFailure)?.description == "it rejects the association: \(reason)"
                }
            }
        }
    }

    @Test func refusalsComeWithTheirComment() async throws {
        let door = try ExampleDoor(.refuse)
        let files = try TemporaryFolder()
        let bytes = try ExampleInstance.file(1)
        try await door.open { listener in
            let unknown = PresentationContext(sopClassUID: Self.computedTomography, transferSyntaxUID: "1.2.840.113619.5.2")
            let answers = try await associate(try target(listener.portNumbers[0]), contexts: [Self.explicit, unknown]) { association in
                let message = OutgoingMessage(
                    sopClassUID: Self.computedTomography, sopInstanceUID: "2.25.1", context: 3, offset: 0, byteCount: 2)
                return [try Self.store(bytes, at: files("1"), association), try association.send(message, 0)]
            }
            #expect(answers == [.answered(StoreStatus(code: 0xC000, comment: "not today")), .refused(4)])
        }
    }

    @Test func whoSaysNothingIsNotWaitedFor() async throws {
        let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(silent) }
        try #require(listen(silent, 1) == 0)
        let port = try Self.port(of: silent)
        await #expect {
            try await associate(try target(port), timeout: .seconds(1)) { _ in }
        } throws: {
            ($0 as? AssociationFailure)?.description == "it does not answer"
        }
    }

    @Test func whoIsNotThereIsTold() async throws {
        let gone = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(listen(gone, 1) == 0)
        let port = try Self.port(of: gone)
        close(gone)
        await #expect {
            try await associate(try target(port)) { _ in }
        } throws: {
            ($0 as? AssociationFailure)?.description == "connection refused"
        }
    }

    private static func port(of socket: Int32) throws -> UInt16 {
        var name = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        try #require(result == 0)
        return UInt16(bigEndian: name.sin_port)
    }

    // MARK: pynetdicom

    private func withPACS(_ arguments: [String], _ body: (UInt16, TemporaryFolder) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let python = try #require(ForeignPrograms.path(of: "python3"))
        let pacs = try RunningProgram(
            python, [Self.scp, folder.path] + arguments, environment: ["PYTHONDONTWRITEBYTECODE": "1"], deadline: .seconds(120))
        while try !folder.names.contains("port") {
            try #require(pacs.isRunning)
            try await Task.sleep(for: .milliseconds(20))
        }
        try await body(try #require(UInt16(try String(contentsOfFile: folder("port"), encoding: .utf8))), folder)
        pacs.signal(SIGTERM)
        _ = await pacs.finish()
    }

    /// A transfer syntax that the library does not know, 128 contexts, statuses with comments, small units.
    @Test(.needsPython("pynetdicom")) func othersTakeWhatTheLibraryDoesNotKnow() async throws {
        let syntax = "1.2.840.10008.1.2.4.201"
        let files = try TemporaryFolder()
        var bytes = try ExampleInstance.file(1, byteCount: 100_001)
        // Only the meta information says how the data set is coded.
        let identity = try StorageIdentity(of: bytes)
        bytes = try DICOMWriterWithSyntax.file(dataSet: Array(bytes[identity.dataSetOffset...]), like: identity, syntax)
        let contexts =
            [PresentationContext(sopClassUID: Self.computedTomography, transferSyntaxUID: syntax)]
            + (0..<127).map { PresentationContext(sopClassUID: "1.2.840.10008.5.1.4.1.1.\(200 + $0)", transferSyntaxUID: syntax) }
        try await withPACS([syntax, "B000"]) { [bytes] port, folder in
            let answer = try await associate(try target(port, "PACS"), contexts: contexts) { association in
                try Self.store(bytes, at: files("1"), association)
            }
            #expect(answer == .answered(StoreStatus(code: 0xB000, comment: "as it was told")))
            let kept = try #require(FileManager.default.contents(atPath: folder("2.25.7.1")))
            #expect(try Array(kept) == Array(bytes[StorageIdentity(of: bytes).dataSetOffset...]))
        }
    }

    @Test(
        .needsPython("pynetdicom"),
        arguments: [
            // A connection that breaks is an abort by the provider (PS3.8 §7.4).
            ("abort", "it aborts the association"), ("close", "it aborts the association"),
            ("garbage", "it says what is no DICOM"), ("silence", "it does not answer"),
        ])
    func whatOthersDoWrong(_ behaviour: String, _ reason: String) async throws {
        let files = try TemporaryFolder()
        let bytes = try ExampleInstance.file(1)
        try await withPACS([TransferSyntax.explicitLittleEndian.uid, behaviour]) { [bytes] port, _ in
            await #expect {
                try await associate(try target(port, "PACS"), timeout: .seconds(2)) { try Self.store(bytes, at: files("1"), $0) }
            } throws: {
                ($0 as? AssociationFailure)?.description == reason
            }
        }
    }

    // MARK: TLS

    private func certificate(_ name: String, in folder: TemporaryFolder, issuer: String? = nil) async throws {
        let issued = issuer.map { ["-CA", folder("\($0).pem"), "-CAkey", folder("\($0).key")] } ?? []
        let made = try await ForeignPrograms.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                "-keyout", folder("\(name).key"), "-out", folder("\(name).pem"),
            ] + issued + (issuer == nil ? [] : ["-addext", "basicConstraints=critical,CA:FALSE"]))
        #expect(made.status == 0, "\(made.errors)")
    }

    @Test(.needs("openssl")) func overTLSOnlyToWhomIsTrusted() async throws {
        let folder = try TemporaryFolder()
        for name in ["authority", "modality", "other"] { try await certificate(name, in: folder) }
        try await certificate("door", in: folder, issuer: "authority")
        let credentials = DoorCredentials(certificate: folder("door.pem"), key: folder("door.key"), clients: folder("modality.pem"))
        let door = try ExampleDoor()
        let bytes = try ExampleInstance.file(1, byteCount: 500_000)
        try await door.open(credentials: credentials) { [bytes] listener in
            func store(_ trusted: String, _ own: String?) async throws -> OutgoingAssociation.Answer {
                var secure = try target(listener.portNumbers[1])
                secure.credentials = TargetCredentials(
                    trusted: folder("\(trusted).pem"), certificate: own.map { folder("\($0).pem") }, key: own.map { folder("\($0).key") })
                return try await associate(secure) { try Self.store(bytes, at: folder("1.dcm"), $0) }
            }
            // The issuer's certificate, and the application's own.
            #expect(try await store("authority", "modality") == Self.stored)
            #expect(try await store("door", "modality") == Self.stored)
            await #expect(throws: AssociationFailure.self) { try await store("other", "modality") }
            await #expect(throws: AssociationFailure.self) { try await store("authority", "other") }
            await #expect(throws: AssociationFailure.self) { try await store("authority", nil) }
            // Without TLS to a port with it.
            await #expect(throws: AssociationFailure.self) {
                try await associate(try target(listener.portNumbers[1]), timeout: .seconds(2)) { _ in }
            }
            try await door.wait { $0.summaries.count == 2 }
        }
        #expect(door.kept.count == 2)
        let callers = door.events.compactMap { if case .ended(let caller, _) = $0 { caller } else { nil } }
        #expect(callers.count == 2 && callers.allSatisfy(\.isSecure))
        var wrong = try target(1)
        wrong.credentials = TargetCredentials(trusted: folder("nothing.pem"))
        #expect(throws: AssociationFailure.self) { try OutgoingAssociation.examine(wrong, command: ExampleDoor.child) }
    }
}

/// A file whose meta information names a transfer syntax that the writer has no word for.
private enum DICOMWriterWithSyntax {
    static func file(dataSet: [UInt8], like identity: StorageIdentity, _ syntax: String) throws -> [UInt8] {
        func element(_ number: UInt8, _ text: String) -> [UInt8] {
            let value = Array(text.utf8) + (text.utf8.count % 2 == 0 ? [] : [0])
            return [2, 0, number, 0] + Array("UI".utf8) + [UInt8(value.count), 0] + value
        }
        let meta = element(0x02, identity.sopClassUID) + element(0x03, identity.sopInstanceUID) + element(0x10, syntax)
        let length: [UInt8] = [2, 0, 0, 0] + Array("UL".utf8) + [4, 0, UInt8(meta.count), 0, 0, 0]
        return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + length + meta + dataSet
    }
}
