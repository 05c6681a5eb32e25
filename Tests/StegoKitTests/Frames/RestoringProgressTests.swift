import Basics
import DICOM
import Synchronization
import Testing

@testable import StegoKit

/// Restoring that was ended goes on at a frame.
@Suite struct RestoringProgressTests {
    private struct Full: Error {}

    /// A disk that takes so many bytes.
    private final class SmallSink: ByteSink, Sendable {
        let content = MemoryStore()
        private let limit: Int

        init(_ limit: Int) { self.limit = limit }

        func append(_ bytes: [UInt8]) throws {
            guard content.byteCount + bytes.count <= limit else { throw Full() }
            content.append(bytes)
        }
    }

    private static let frames = 12
    private let key = StudyKey()

    private static let syntaxes: [TransferSyntax] = [.explicitLittleEndian, .jpegLSLossless, .jpeg2000Lossless, .runLength]

    private struct Attempt {
        /// The original; nothing where the disk was full before.
        var restored: [UInt8]?
        var left: [UInt8] = []
        /// As they were told.
        var frames: [Int] = []
        var taken = 0
    }

    private func stego(of original: [UInt8]) throws -> [UInt8] {
        try #require(
            try InstanceSealer(key: key).sealFrames(of: BytesInMemory(original), name: "image", into: { MemoryStore() })
        ).1.bytes
    }

    private func restore(_ stego: [UInt8], _ limit: Int = .max, from earlier: EarlierRestoration? = nil) throws -> Attempt {
        let told = Mutex<[Int]>([])
        var sink = SmallSink(limit)
        let checkpoint = RestoringCheckpoint<SmallSink>(
            earlier: earlier, begin: { _, taken in told.withLock { $0 = taken } }, add: { frame in told.withLock { $0.append(frame) } })
        do {
            let revealed = try InstanceRevealer().revealFrames(of: BytesInMemory(stego), name: "image", checkpoint: checkpoint) { _ in
                key
            } into: {
                sink = SmallSink(limit)
                return sink
            }
            let result = try #require(revealed)
            return Attempt(restored: result.1.content.bytes, frames: told.withLock { $0 }, taken: result.0.takenFrames)
        } catch is Full {
            return Attempt(left: sink.content.bytes, frames: told.withLock { $0 })
        }
    }

    @Test(arguments: syntaxes)
    func goesOnAtAFrame(syntax: TransferSyntax) throws {
        let original = try FramedImage(frames: Self.frames, rows: 96, columns: 96).bytes(syntax)
        let stego = try stego(of: original)
        let ended = try restore(stego, original.count * 2 / 3)
        #expect(ended.restored == nil && (5..<Self.frames).contains(ended.frames.count))
        let earlier = EarlierRestoration(file: BytesInMemory(ended.left), frames: ended.frames)
        let again = try restore(stego, from: earlier)
        #expect(again.restored == original)
        #expect(again.taken == ended.frames.count && again.frames.count == Self.frames)
    }

    /// The file may have been written further than its list, or the other way round.
    @Test(arguments: syntaxes, [-1, 1])
    func eitherMayBeShorter(syntax: TransferSyntax, difference: Int) throws {
        let original = try FramedImage(frames: Self.frames, rows: 96, columns: 96).bytes(syntax)
        let stego = try stego(of: original)
        let ended = try restore(stego, original.count * 2 / 3)
        let earlier =
            difference < 0
            ? EarlierRestoration(file: BytesInMemory(Array(ended.left.dropLast(10))), frames: ended.frames)
            : EarlierRestoration(file: BytesInMemory(ended.left), frames: Array(ended.frames.dropLast()))
        let again = try restore(stego, from: earlier)
        #expect(again.restored == original && again.taken == ended.frames.count - 1)
    }

    /// A crash may leave anything: then all frames are restored anew.
    @Test(arguments: syntaxes)
    func damageIsFoundOut(syntax: TransferSyntax) throws {
        let original = try FramedImage(frames: Self.frames, rows: 96, columns: 96).bytes(syntax)
        let stego = try stego(of: original)
        let ended = try restore(stego, original.count * 2 / 3)
        var bytes = ended.left
        bytes[bytes.count / 2] ^= 0x5A
        let again = try restore(stego, from: EarlierRestoration(file: BytesInMemory(bytes), frames: ended.frames))
        #expect(again.restored == original && again.taken == 0)
        let nonsense = EarlierRestoration(file: BytesInMemory(ended.left), frames: [3, .max, -5, 7])
        #expect(try restore(stego, from: nonsense).restored == original)
    }
}
