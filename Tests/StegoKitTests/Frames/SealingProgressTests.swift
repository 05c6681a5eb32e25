import Basics
import DICOM
import Synchronization
import Testing

@testable import StegoKit

/// Sealing that was ended goes on at a frame.
@Suite struct SealingProgressTests {
    private struct Full: Error {}

    /// A disk that takes so many bytes.
    private final class SmallStore: ByteStore, Sendable {
        let content = MemoryStore()
        private let limit: Int

        init(_ limit: Int) { self.limit = limit }

        var byteCount: Int { content.byteCount }
        func append(_ bytes: [UInt8]) throws {
            guard byteCount + bytes.count <= limit else { throw Full() }
            content.append(bytes)
        }
        func read(_ range: Range<Int>) -> [UInt8] { content.read(range) }
        func write(_ bytes: [UInt8], at offset: Int) { content.write(bytes, at: offset) }
    }

    private typealias Earlier = (progress: SealingProgress, file: any ByteSource)

    private let key = StudyKey()
    private let original: [UInt8]

    init() throws { original = try FramedImage(frames: 12, rows: 96, columns: 96).bytes() }

    /// - Returns: the stego file, how many frames were taken over, and what was told; no file where the disk was full before.
    private func seal(
        _ limit: Int = .max, from earlier: Earlier? = nil, _ codec: StegoCodec = .j2k, ahead: Bool = false
    ) throws -> (stego: [UInt8]?, left: [UInt8], taken: Int, progress: SealingProgress?) {
        let told = Mutex<SealingProgress?>(nil)
        var store = SmallStore(limit)
        let checkpoint = SealingCheckpoint<SmallStore>(earlier: earlier) { progress, _ in told.withLock { $0 = progress } }
        do {
            let sealer = InstanceSealer(key: key, options: SealOptions(codec: codec))
            let result = try sealer.sealFrames(
                of: BytesInMemory(original), name: "image", digest: ahead ? ContentDigest(of: original) : nil, checkpoint: checkpoint
            ) {
                store = SmallStore(limit)
                return store
            }
            let sealed = try #require(result)
            return (sealed.1.content.bytes, [], sealed.0.takenFrames, told.withLock { $0 })
        } catch is Full {
            return (nil, store.content.bytes, 0, told.withLock { $0 })
        }
    }

    private func opens(_ stego: [UInt8]?) throws {
        let stego = try #require(stego)
        #expect(try InstanceRevealer().reveal(stego, name: "image") { _ in key }.bytes == original)
    }

    /// An attempt that ended when some two thirds were written.
    private func ended() throws -> Earlier {
        let whole = try #require(try seal().stego)
        let attempt = try seal(whole.count * 2 / 3)
        #expect(attempt.stego == nil)
        let progress = try #require(attempt.progress)
        #expect(progress.taken == 0)
        return (progress, BytesInMemory(attempt.left))
    }

    @Test func goesOnAtAFrame() throws {
        let earlier = try ended()
        let again = try seal(from: earlier)
        #expect((5..<12).contains(again.taken) && again.progress?.taken == again.taken)
        try opens(again.stego)
        #expect(try SealingCheckpoint<SmallStore>.hasAdvanced(earlier.progress, earlier.file))
    }

    /// Frames that are encoded while others are still being looked at are the same, and an attempt that ended among them goes on there.
    @Test func goesOnAmongFramesThatWereEncodedAhead() throws {
        let whole = try #require(try seal(ahead: true).stego)
        try opens(whole)
        let attempt = try seal(whole.count * 2 / 3, ahead: true)
        let progress = try #require(attempt.progress)
        #expect(attempt.stego == nil && progress.taken == 0 && progress.start == 0)
        let again = try seal(from: (progress, BytesInMemory(attempt.left)), ahead: true)
        #expect((5..<12).contains(again.taken) && again.progress?.taken == again.taken)
        try opens(again.stego)
    }

    /// A digest that is not the original's, and text that is found when frames are encoded already: they are encoded anew.
    @Test func whatWasEncodedAheadMayBeOfNoUse() throws {
        let sealer = InstanceSealer(key: key)
        let other = try sealer.sealFrames(of: BytesInMemory(original), name: "image", digest: ContentDigest(of: [1])) { MemoryStore() }
        #expect(other?.0.originalDigest == ContentDigest(of: original))
        try opens(other?.1.bytes)
        let rectangle = try RedactionRectangle(x: 8, y: 8, width: 40, height: 16)
        let options = SealOptions(redaction: RedactionPolicy(.redact, rectangles: [rectangle]))
        let filled = try InstanceSealer(key: key, options: options).sealFrames(
            of: BytesInMemory(original), name: "image", digest: ContentDigest(of: original)
        ) { MemoryStore() }
        #expect((filled?.0.report.redactedRegions ?? 0) > 0)
        try opens(filled?.1.bytes)
    }

    /// An attempt that ended before it had copied what was there tells nothing, so that nothing is lost.
    @Test func endsOnceMore() throws {
        let earlier = try ended()
        let again = try seal(earlier.file.byteCount / 2, from: earlier)
        #expect(again.stego == nil && again.progress == nil)
        try opens(seal(from: earlier).stego)
    }

    /// A crash may leave anything.
    @Test func damageIsFoundOut() throws {
        let earlier = try ended()
        var bytes = try earlier.file.read(0..<earlier.file.byteCount)
        for place in stride(from: earlier.progress.start + 300, to: bytes.count, by: 997) { bytes[place] ^= 0x5A }
        let again = try seal(from: (earlier.progress, BytesInMemory(bytes)))
        #expect(again.taken == 0)
        try opens(again.stego)
    }

    /// Frames that are encoded otherwise are other frames.
    @Test func otherWorkIsNotTakenOver() throws {
        let again = try seal(from: ended(), .htj2k)
        #expect(again.taken == 0)
        try opens(again.stego)
    }
}
