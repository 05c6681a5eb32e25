import Basics
import DICOM
import Synchronization
import Testing

@testable import StegoKit

/// Stego files that were written frame by frame are reversed and compared, before they are handed over or by the caller.
@Suite struct FrameProofTests {
    private let key = StudyKey()

    private func prove(_ stego: [UInt8], _ original: ContentDigest, _ byteCount: Int) throws {
        try InstanceSealer(key: key).proveFrames(of: BytesInMemory(stego), name: "image", original: original, byteCount: byteCount)
    }

    @Test(arguments: [TransferSyntax.explicitLittleEndian, .jpeg2000Lossless, .jpeg2000])
    func theCallerMayProve(syntax: TransferSyntax) throws {
        let original = try FramedImage(frames: 6, rows: 96, columns: 96).bytes(syntax)
        let digest = ContentDigest(of: original)
        let result = try InstanceSealer(key: key).sealFrames(
            of: BytesInMemory(original), name: "image", digest: digest, provesLater: true
        ) { MemoryStore() }
        let (sealed, store) = try #require(result)
        #expect(!sealed.isProven && sealed.digest == ContentDigest(of: store.bytes))
        try prove(store.bytes, digest, original.count)
        #expect(throws: ProofFailure.self) { try prove(store.bytes, ContentDigest(of: [1]), original.count) }
        var cut = store.bytes
        cut.removeLast(cut.count / 3)
        #expect(throws: (any Error).self) { try prove(cut, digest, original.count) }
        // A byte of what is taken over as it is, or of what is decoded.
        for place in stride(from: store.byteCount / 2, to: store.byteCount, by: store.byteCount / 9) {
            var bytes = store.bytes
            bytes[place] ^= 0x10
            do { try prove(bytes, digest, original.count) } catch is ProofFailure {} catch is DICOMError {}
        }
    }

    @Test func withoutThatItIsProven() throws {
        let original = try FramedImage(frames: 6, rows: 96, columns: 96).bytes()
        let result = try InstanceSealer(key: key).sealFrames(of: BytesInMemory(original), name: "image") { MemoryStore() }
        #expect(try #require(result).0.isProven)
    }

    /// Memory that forgets: what is read is not what was written.
    private final class ForgetfulStore: ByteStore, Sendable {
        private let content = MemoryStore()
        private let isSound: Bool

        init(isSound: Bool) { self.isSound = isSound }

        var bytes: [UInt8] { content.bytes }
        var byteCount: Int { content.byteCount }
        func append(_ bytes: [UInt8]) { content.append(bytes) }
        func write(_ bytes: [UInt8], at offset: Int) { content.write(bytes, at: offset) }
        func read(_ range: Range<Int>) -> [UInt8] {
            var bytes = content.read(range)
            let place = content.byteCount * 3 / 4
            if !isSound, range.contains(place) { bytes[place - range.lowerBound] ^= 0x10 }
            return bytes
        }
    }

    /// A file whose proof fails goes another way: its codestreams pass through, or it is sealed as a whole.
    @Test(arguments: [TransferSyntax.jpeg2000Lossless, .explicitLittleEndian])
    func whatIsNotExactGoesAnotherWay(syntax: TransferSyntax) throws {
        let original = try FramedImage(frames: 6, rows: 96, columns: 96).bytes(syntax)
        let stores = Mutex(0)
        let result = try InstanceSealer(key: key).sealFrames(of: BytesInMemory(original), name: "image") {
            ForgetfulStore(
                isSound: stores.withLock {
                    $0 += 1; return $0
                } > 1)
        }
        guard syntax == .jpeg2000Lossless else { return #expect(result == nil, "nothing else brings native samples back by frames") }
        let (sealed, store) = try #require(result)
        #expect(sealed.isProven && sealed.report.record == .element)
        #expect(try InstanceRevealer().reveal(store.bytes, name: "image") { _ in key }.bytes == original)
    }
}
