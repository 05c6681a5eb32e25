import Basics
import Concurrency
import Crypto
import Files
import Foundation
import Logging
import Protocol
import Synchronization

/// The spool with the journal that says what of it is needed.
struct Spool: Sendable {
    let folder: SpoolFolder
    let inbox: any InboxStore
    let pool: WorkerPool

    private static let log = Logger(label: "veilray.spool")

    /// Removes what is not needed any more of a study's part of the spool.
    func tidy(_ transfer: TransferID) async {
        do {
            // In this order: what is neither pinned nor in the journal after that can never be needed again.
            let candidates = try await pool.run { [folder] in folder.unpinnedSegments(of: transfer) }
            let inUse = try await inbox.segmentsInUse(of: transfer)
            try await pool.run { [folder] in folder.remove(candidates.subtracting(inUse), of: transfer) }
        } catch {
            Self.log.warning("the spool could not be tidied", metadata: ["transfer": "\(transfer)", "reason": "\(error)"])
        }
    }

    /// Removes the files that a killed process left behind. Call it before anything is received.
    func tidyAll() async throws {
        for transfer in try await pool.run({ [folder] in folder.transfers() }) { await tidy(transfer) }
    }
}

/// The spool on the disk: `inbox/<transfer>/<number>.spool`, stego files that have come and are not restored yet.
///
/// Segments are removed when the journal holds nothing open in them and nobody writes them any more.
final class SpoolFolder: Sendable {
    private struct Segment: Hashable {
        let transfer: TransferID
        let number: Int
    }

    private static let suffix = ".spool"
    let path: String
    /// Held from the beginning on: where it has gone from its path, nothing is made in its place.
    let guarded: GuardedFolder
    /// Segments that somebody writes, or whose content the journal does not know yet; by how many.
    private let pins = Mutex<[Segment: Int]>([:])

    init(state: URL) throws(FileError) {
        path = state.appending(path: "inbox").path
        try AtomicFile.makeDirectories(path, mode: 0o700)
        guarded = try GuardedFolder(holding: path)
    }

    func folder(of transfer: TransferID) -> String { "\(path)/\(transfer)" }

    func file(_ number: Int, of transfer: TransferID) -> String { "\(folder(of: transfer))/\(number)\(Self.suffix)" }

    // MARK: Segments

    /// Makes a segment with the next free number. It is pinned until ``unpin(_:of:)``. Blocks.
    ///
    /// - Throws: `FileError`; ``ReceivingError`` where the folder is away.
    func makeSegment(of transfer: TransferID) throws -> SpoolSegment {
        while true {
            let root = try guarded.open()
            try root.reach(folder(of: transfer)) { try AtomicFile.makeLastDirectory($0, mode: 0o700) }
            let number = (segments(of: transfer).max() ?? 0) + 1
            pin(number, of: transfer)
            do throws(FileError) {
                return try SpoolSegment(making: file(number, of: transfer), number: number)
            } catch {
                unpin(number, of: transfer)
                // Tidying may have removed the empty folder just now; it does so once.
                guard error.number == ENOENT else { throw error }
            }
        }
    }

    /// Opens a segment again, to go on behind what the journal vouches for; pins it. Blocks.
    func reopen(_ number: Int, of transfer: TransferID) throws(FileError) -> SpoolSegment {
        pin(number, of: transfer)
        do {
            return try SpoolSegment(reopening: file(number, of: transfer), number: number)
        } catch {
            unpin(number, of: transfer)
            throw error
        }
    }

    private func pin(_ number: Int, of transfer: TransferID) {
        pins.withLock { $0[Segment(transfer: transfer, number: number), default: 0] += 1 }
    }

    func unpin(_ number: Int, of transfer: TransferID) {
        let segment = Segment(transfer: transfer, number: number)
        pins.withLock { pins in
            let count = (pins[segment] ?? 0) - 1
            pins[segment] = count > 0 ? count : nil
        }
    }

    private func segments(of transfer: TransferID) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder(of: transfer))) ?? []
        return names.compactMap { $0.hasSuffix(Self.suffix) ? Int($0.dropLast(Self.suffix.count)) : nil }
    }

    /// Segments that nobody holds. Blocks.
    func unpinnedSegments(of transfer: TransferID) -> Set<Int> {
        Set(segments(of: transfer).filter { !isPinned($0, of: transfer) })
    }

    private func isPinned(_ number: Int, of transfer: TransferID) -> Bool {
        pins.withLock { $0[Segment(transfer: transfer, number: number)] != nil }
    }

    /// Removes segments that nobody has taken up meanwhile, and the study's folder with the last one. Blocks.
    func remove(_ segments: Set<Int>, of transfer: TransferID) {
        for number in segments where !isPinned(number, of: transfer) { unlink(file(number, of: transfer)) }
        // Fails, as it should, while something is in it.
        rmdir(folder(of: transfer))
    }

    /// The transfers that have a folder. Blocks.
    func transfers() -> [TransferID] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).compactMap(TransferID.init(hexadecimal:))
    }

    // MARK: Reading

    /// The bytes of a stego file. Blocks.
    ///
    /// - Throws: ``ReceivingError`` `.spoolLoss` where it is not there in full; ``FileError``.
    func read(_ instance: ArrivedInstance) throws -> [UInt8] {
        let source = try source(instance)
        return try source.read(0..<source.byteCount)
    }

    /// A stego file, to be read piece by piece. Blocks.
    ///
    /// - Throws: ``ReceivingError`` `.spoolLoss` where it is not there in full; ``FileError``.
    func source(_ instance: ArrivedInstance) throws -> FileSource {
        guard try holds(instance.location, instance.stegoBytes, of: instance.transfer) else { throw ReceivingError.spoolLoss }
        return try FileSource(
            file(instance.location.segment, of: instance.transfer), from: instance.location.start, byteCount: instance.stegoBytes)
    }

    /// Whether a segment is there, and as long as what is said to be in it. Blocks.
    func holds(_ location: SpoolLocation, _ byteCount: Int, of transfer: TransferID) throws(FileError) -> Bool {
        let path = file(location.segment, of: transfer)
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return false }
            throw FileError("read", path)
        }
        return Int(status.st_size) - location.start >= byteCount
    }

    /// A hash that was fed with the beginning of a stego file; `nil` when the spool does not hold that much. Blocks.
    func hash(_ part: InstanceRecord.StegoPart, of transfer: TransferID) throws(FileError) -> SHA256? {
        let segment: RegularFile
        do {
            segment = try RegularFile(file(part.location.segment, of: transfer))
        } catch {
            if error.isMissing { return nil }
            throw error
        }
        guard segment.byteCount >= part.location.start + part.durable else { return nil }
        return try segment.hash(from: part.location.start, byteCount: part.durable)
    }
}
