import Basics
import Files
import Foundation
import Protocol
import StegoKit

/// A large original that is still being restored. It has a name below the folder of restored files, so that what is done of it outlives
/// this process, and beside it is told which frames are written.
struct UnfinishedRestoration: Sendable {
    /// Below the folder of restored files, so that it is on the same file system.
    private static let name = ".veilray-restoring"

    private let folder: OpenFolder
    private let transfer: TransferID
    private let position: Int

    init(in folder: OpenFolder, _ instance: ArrivedInstance) {
        self.folder = folder
        transfer = instance.transfer
        position = instance.position
    }

    private var directory: String { "\(folder.path)/\(Self.name)/\(transfer)" }
    private var file: String { "\(directory)/\(Self.fileName(position))" }
    private var frames: String { "\(directory)/\(Self.framesName(position))" }

    private static func fileName(_ position: Int) -> String { "\(position).part" }
    private static func framesName(_ position: Int) -> String { "\(position).frames" }

    // MARK: What an attempt leaves

    /// The remains of an earlier attempt, and the place for those of the next one. Blocks.
    func checkpoint() -> RestoringCheckpoint<PendingSink> {
        var log: FrameLog?
        return RestoringCheckpoint(
            earlier: earlier()?.restoration,
            begin: { sink, taken in
                remove()
                guard sink.file.store.takesSeveralNames else { return }
                try folder.reach(directory) { try AtomicFile.makeDirectories($0, mode: 0o700) }
                guard try folder.reach(file, { try sink.file.publish(as: $0) }) else { return }
                log = try folder.reach(frames) { try FrameLog($0, beginningWith: [taken.count] + taken) }
            },
            add: { try log?.append($0) })
    }

    /// Whether the last attempt got further than the one before: then it ended for no fault of the file's. Blocks.
    var hasAdvanced: Bool { earlier().map { $0.restoration.count > $0.taken } ?? false }

    private func earlier() -> (restoration: EarlierRestoration, taken: Int)? {
        let found = try? folder.reach(frames) { try FrameLog.read($0) }
        guard let found, let taken = found.first, let source = try? folder.reach(file, { try FileSource($0) }) else { return nil }
        return (EarlierRestoration(file: source, frames: Array(found.dropFirst())), taken)
    }

    /// Nothing will go on with it. Blocks.
    func remove() {
        try? folder.reach(directory) { directory in
            for name in [Self.framesName(position), Self.fileName(position)] { unlink("\(directory)/\(name)") }
            // Fails, as it should, while another file of the study is there; the one above while another study is.
            if rmdir(directory) == 0 { rmdir(AtomicFile.parent(of: directory)) }
        }
    }

    /// Removes all that nobody will go on with: of studies that have ended or were discarded. Blocks.
    ///
    /// - Parameter instances: what is still to be restored.
    static func removeAll(in folder: OpenFolder, except instances: [ArrivedInstance]) {
        var kept: [String: Set<String>] = [:]
        for instance in instances {
            kept["\(instance.transfer)", default: []].formUnion([fileName(instance.position), framesName(instance.position)])
        }
        try? folder.reach("\(folder.path)/\(name)") { root in
            for transfer in (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [] {
                for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(transfer)")) ?? []
                where kept[transfer]?.contains(name) != true {
                    unlink("\(root)/\(transfer)/\(name)")
                }
                rmdir("\(root)/\(transfer)")
            }
            rmdir(root)
        }
    }
}

/// Hands what is restored on to the file that is to hold it.
final class PendingSink: ByteSink {
    let file: PendingFile

    init(_ file: PendingFile) { self.file = file }

    func append(_ bytes: [UInt8]) throws { try file.store.append(bytes) }
}

/// Numbers in a file, eight bytes each, to which others are added while frames are restored. What a crash leaves of it may be anything.
private final class FrameLog {
    private static let longest = 1 << 24

    private let descriptor: Int32
    private let path: String

    /// - Throws: ``FileError``.
    init(_ path: String, beginningWith numbers: [Int]) throws(FileError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        self.path = path
        guard descriptor >= 0 else { throw FileError("create", path) }
        try write(numbers)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func append(_ number: Int) throws(FileError) { try write([number]) }

    private func write(_ numbers: [Int]) throws(FileError) {
        let bytes = numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
        let failure = WholeWrite.write(bytes, to: descriptor)
        guard failure == 0 else { throw FileError("write", path, number: failure) }
    }

    static func read(_ path: String) throws(FileError) -> [Int] {
        let bytes = try WholeFile.read(path, limit: longest)
        return stride(from: 0, to: bytes.count / 8 * 8, by: 8).map { start in
            (0..<8).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
        }
    }
}
