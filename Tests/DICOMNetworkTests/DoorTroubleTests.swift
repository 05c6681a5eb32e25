import Basics
import DICOM
import Foundation
import SeededRandomness
import TestSupport
import Testing

@testable import DICOMNetwork

/// What modalities and others do wrong: pynetdicom and bare sockets.
@Suite(.timeLimit(.minutes(5))) struct DoorTroubleTests {
    private static let judge = Package.folder + "/Tests/DICOMNetworkTests/Judges/modality.py"

    private func modality(_ task: String, _ port: UInt16) async throws -> [String: String] {
        try await ForeignPrograms.python([Self.judge, task, String(port)])
    }

    @Test(.needsPython("pynetdicom")) func contextsUpTo128() async throws {
        let door = try ExampleDoor()
        try await door.open { listener in
            let told = try await modality("contexts", listener.portNumbers[0])
            #expect(told == ["accepted": "126", "rejected": "2", "statuses": "0000 0000"])
        }
        #expect(door.kept.map(\.offer.transferSyntaxUID) == [TransferSyntax.explicitLittleEndian.uid, TransferSyntax.jpegBaseline.uid])
    }

    @Test(.needsPython("pynetdicom")) func anAbortInTheMiddleLosesNothingBefore() async throws {
        let door = try ExampleDoor()
        try await door.open { listener in
            let told = try await modality("abort", listener.portNumbers[0])
            #expect(told == ["statuses": "0000"])
            try await door.wait { $0.summaries.count == 1 }
        }
        #expect(door.kept.count == 1)
        #expect(door.summaries.first?.stored == 1)
        #expect(door.summaries.first?.ending == .aborted)
        #expect(door.endings == [.aborted])
    }

    @Test(.needsPython("pynetdicom")) func aCutInTheMiddleToo() async throws {
        let door = try ExampleDoor()
        try await door.open { listener in
            #expect(try await modality("cut", listener.portNumbers[0]) == ["statuses": "0000"])
            try await door.wait { $0.summaries.count == 1 }
        }
        #expect(door.kept.count == 1)
        #expect(door.summaries.first.map { [.aborted, .broken].contains($0.ending) } == true)
    }

    @Test(.needsPython("pynetdicom")) func whoSaysNothingIsEnded() async throws {
        let door = try ExampleDoor()
        try await door.open(try ExampleDoor.rules(idle: .seconds(1))) { listener in
            #expect(try await modality("silent", listener.portNumbers[0]) == ["aborted": "True"])
            try await door.wait { $0.summaries.count == 1 }
        }
        #expect(door.summaries.first?.ending == .idle)
    }

    @Test(.needsPython("pynetdicom")) func aChildThatIsKilledTakesNothingWithIt() async throws {
        let door = try ExampleDoor()
        try await door.open { listener in
            let told = try await modality("killed", listener.portNumbers[0])
            #expect(told == ["statuses": "0000 none", "echo": "0000"])
            try await door.wait { $0.summaries.count == 2 }
        }
        #expect(door.kept.count == 1)
        #expect(Set(door.endings) == [.broken, .released])
    }

    /// A request that dribbles in is not waited for longer than the given clock allows.
    @Test func aDribbleEndsInTime() async throws {
        let (door, clock) = (try ExampleDoor(), ManualClock())
        try await door.open(try ExampleDoor.rules(patience: .seconds(30)), clock: clock) { listener in
            let socket = try BareSocket(listener.portNumbers[0])
            socket.send([0x01, 0x00, 0x00])
            while door.events.isEmpty {
                clock.advance(by: .seconds(10))
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(socket.isClosedByPeer())
        }
        #expect(door.events.contains { if case .silent = $0 { true } else { false } }, "\(door.events)")
    }

    /// Nonsense of every kind ends its own connection, and nothing else.
    @Test(.needs("dcmdump")) func garbageEndsItsOwnConnection() async throws {
        let door = try ExampleDoor()
        var random = SplitMix64(seed: 14)
        let request = try #require([UInt8](hexadecimal: Self.associateRequest))
        try await door.open(try ExampleDoor.rules(patience: .seconds(2))) { listener in
            let port = listener.portNumbers[0]
            for round in 0..<40 {
                var bytes: [UInt8]
                switch round % 5 {
                case 0: bytes = (0..<Int.random(in: 1...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
                case 1: bytes = Array(request.prefix(Int.random(in: 1..<request.count, using: &random)))
                case 2:
                    bytes = request
                    for _ in 0..<4 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
                // A unit of four gigabytes.
                case 3: bytes = [UInt8](arrayLiteral: 0x01, 0x00, 0xFF, 0xFF, 0xFF, 0xFF) + request.dropFirst(6)
                // A sound request, and then data that is none.
                default:
                    bytes = request + [0x04, 0x00, 0x00, 0x00, 0x00, 0x10]
                    bytes += (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
                }
                let socket = try BareSocket(port)
                socket.send(bytes)
                socket.shutDown()
                #expect(socket.isClosedByPeer(), "round \(round)")
            }
            let finished = try await DCMTK.run("echoscu", ["-aec", "VEILRAY", "127.0.0.1", String(port)])
            #expect(finished.status == 0)
        }
        #expect(door.kept.isEmpty)
    }

    /// A-ASSOCIATE-RQ of `echoscu -aec VEILRAY` (DCMTK 3.6.7).
    private static let associateRequest =
        "0100000000cd000100005645494c5241592020202020202020204543484f5343552020202020202020200000000000000000"
        + "00000000000000000000000000000000000000000000000010000015312e322e3834302e31303030382e332e312e312e3120"
        + "00002e0100ff0030000011312e322e3834302e31303030382e312e3140000011312e322e3834302e31303030382e312e3250"
        + "00003a51000004000040005200001b312e322e3237362e302e373233303031302e332e302e332e362e375500000f4f464649"
        + "535f44434d544b5f333637"
}

/// A TCP connection without any DICOM.
final class BareSocket {
    private let descriptor: Int32

    init(_ port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw ProgramFailure("no connection: \(systemMessage(errno))") }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } }

    func shutDown() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Whether the other side closes the connection within a minute, whatever it says before.
    func isClosedByPeer() -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while ContinuousClock.now < deadline {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 1000) > 0 else { continue }
            if recv(descriptor, &buffer, buffer.count, 0) <= 0 { return true }
        }
        return false
    }
}
