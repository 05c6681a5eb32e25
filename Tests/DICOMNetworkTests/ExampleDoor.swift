import Basics
import Concurrency
import DICOM
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import DICOMNetwork

/// A door on loopback, whose children are `TestDoorWorker`, and which keeps data sets in a folder.
final class ExampleDoor: InstanceTaker, DoorObserver {
    static let child = AssociationChildCommand(
        executable: ((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")).map {
            ($0 as NSString).deletingLastPathComponent
        } ?? ".") + "/TestDoorWorker")

    /// What becomes of the instances.
    enum Behaviour: Sendable {
        case keep
        /// The disk is full at the first byte.
        case full
        /// They need not come.
        case refuse
    }

    private struct State {
        var events: [DoorEvent] = []
        var number = 0
        var kept: [(offer: InstanceOffer, path: String)] = []
        var endings: [AssociationEnding] = []
    }

    let folder: TemporaryFolder
    private let behaviour: Behaviour
    private let state = Mutex(State())
    private let change = ChangeNotice()

    init(_ behaviour: Behaviour = .keep) throws {
        self.behaviour = behaviour
        folder = try TemporaryFolder()
    }

    /// Rules that let everybody on this machine in.
    static func rules(
        callers: [String] = ["*@127.0.0.0/8"], most: Int = 32, idle: Duration = .seconds(60), patience: Duration = .seconds(30)
    ) throws -> DoorRules {
        DoorRules(
            titles: [.veilray], callers: try callers.map { try #require(AllowedCaller($0)) }, mostAssociations: most, idle: idle,
            patience: patience)
    }

    /// Listens while `body` runs, which gets the ports.
    func open(
        _ rules: DoorRules? = nil, credentials: DoorCredentials? = nil, clock: any MonotonicClock = ContinuousClock(),
        _ body: (DoorListener) async throws -> Void
    ) async throws {
        let ports = DoorListener.Ports(
            address: NetworkAddress("127.0.0.1"), plain: 0, secure: credentials == nil ? nil : 0, credentials: credentials)
        let listener = try DoorListener(
            ports, rules: rules ?? Self.rules(), taker: self, observer: self, command: Self.child, clock: clock)
        let running = Task { try await listener.run() }
        let result: Result<Void, any Error>
        do {
            try await body(listener)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        running.cancel()
        _ = await running.result
        try result.get()
    }

    // MARK: What happened

    func observe(_ event: DoorEvent) {
        state.withLock { $0.events.append(event) }
        change.post()
    }

    var events: [DoorEvent] { state.withLock { $0.events } }
    var kept: [(offer: InstanceOffer, path: String)] { state.withLock { $0.kept } }
    var endings: [AssociationEnding] { state.withLock { $0.endings } }
    var summaries: [AssociationSummary] {
        events.compactMap { if case .ended(_, let summary) = $0 { summary } else { nil } }
    }

    /// Waits until `condition` holds, which may do so after an event.
    func wait(until condition: (ExampleDoor) -> Bool) async throws {
        while true {
            let seen = change.count
            if condition(self) { return }
            try await change.change(after: seen)
        }
    }

    // MARK: Instances

    func begin(_ offer: InstanceOffer, from caller: AssociationCaller) throws(StoreRefusal) -> any InstanceDraft {
        if behaviour == .refuse { throw StoreRefusal(.notUnderstood("not today")) }
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        let path = behaviour == .full ? "/dev/full" : folder("\(number)")
        return Draft(door: self, offer: offer, path: path)
    }

    func ended(_ caller: AssociationCaller, _ ending: AssociationEnding) { state.withLock { $0.endings.append(ending) } }

    final class Draft: InstanceDraft {
        let door: ExampleDoor
        let offer: InstanceOffer
        let path: String
        let descriptor: Int32

        init(door: ExampleDoor, offer: InstanceOffer, path: String) {
            self.door = door
            self.offer = offer
            self.path = path
            descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        }

        deinit { close(descriptor) }

        func finish(byteCount: Int, failure: Int32) -> StoreAnswer {
            guard failure == 0 else { return .outOfResources(systemMessage(failure)) }
            door.state.withLock { $0.kept.append((offer, path)) }
            return .success
        }
    }
}

/// Small files of several classes and syntaxes.
enum ExampleInstance {
    static func file(_ number: Int, sopClass: String = "1.2.840.10008.5.1.4.1.1.2", byteCount: Int = 2000) throws -> [UInt8] {
        var dataSet = DataSet([
            DataElement(.sopClassUID, .UI, strings: [sopClass]), DataElement(.sopInstanceUID, .UI, strings: ["2.25.7.\(number)"]),
            DataElement(.studyInstanceUID, .UI, strings: ["2.25.7"]), DataElement(.seriesInstanceUID, .UI, strings: ["2.25.7.0"]),
            DataElement(.patientName, .PN, strings: ["SYNTHETIC^PATIENT"]),
        ])
        dataSet.set(DataElement(Tag(0x0009, 0x0010), .LO, strings: ["SYNTHETIC VENDOR"]))
        dataSet.set(DataElement(Tag(0x0009, 0x1001), .OB, bytes: (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* number) }))
        return try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian)
    }

    /// The data set of a file, without its file meta information.
    static func dataSet(of file: [UInt8]) throws -> [UInt8] { Array(file[try StorageIdentity(of: file).dataSetOffset...]) }
}
