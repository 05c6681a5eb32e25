import Basics
import DICOM
import SeededRandomness
import Testing

@testable import StegoKit

/// Images of many frames that are sealed and restored frame by frame.
@Suite struct FrameSealingTests {
    private let key = StudyKey()

    private static let syntaxes: [TransferSyntax] = [
        .explicitLittleEndian, .jpegLosslessFirstOrder, .jpegLSLossless, .jpeg2000Lossless, .runLength,
    ]

    private func seal(
        _ original: [UInt8], _ options: SealOptions = SealOptions()
    ) throws -> (report: SealReport, stego: [UInt8], digest: ContentDigest)? {
        guard
            let (sealed, store) = try InstanceSealer(key: key, options: options).sealFrames(
                of: BytesInMemory(original), name: "image", into: { MemoryStore() })
        else { return nil }
        #expect(sealed.originalDigest == ContentDigest(of: original))
        return (sealed.report, store.bytes, sealed.digest)
    }

    private func reveal(_ stego: [UInt8]) throws -> [UInt8]? {
        let revealed = try InstanceRevealer().revealFrames(of: BytesInMemory(stego), name: "image") { _ in
            key
        } into: {
            MemoryStore()
        }
        return revealed?.1.bytes
    }

    /// By frames and as a whole, in both directions: four ways, one original.
    @Test(arguments: syntaxes, StegoCodec.allCases)
    func bothWaysGiveTheOriginal(syntax: TransferSyntax, codec: StegoCodec) throws {
        let original = try FramedImage().bytes(syntax)
        let options = SealOptions(codec: codec)
        let framed = try #require(try seal(original, options))
        #expect(framed.digest == ContentDigest(of: framed.stego))
        #expect(framed.report.stegoByteCount == framed.stego.count && framed.report.exactness == .bytes)
        #expect(framed.report.record == .pixels)
        #expect(try reveal(framed.stego) == original)
        #expect(try InstanceRevealer().reveal(framed.stego, name: "image") { _ in key }.bytes == original)
        let whole = try InstanceSealer(key: key, options: options).seal(original, name: "image")
        #expect(try reveal(whole.bytes) == original)
    }

    @Test(arguments: EmbeddingMethod.all)
    func everyMethod(method: EmbeddingMethod) throws {
        let original = try FramedImage(rows: 160, columns: 160).bytes()
        let framed = try #require(try seal(original, SealOptions(method: method)))
        #expect(framed.report.method == method.name)
        #expect(try reveal(framed.stego) == original)
        #expect(try InstanceRevealer().reveal(framed.stego, name: "image") { _ in key }.bytes == original)
    }

    /// Of a record that fits into one frame, all others stay bit for bit what they were.
    @Test func oneFrameCarries() throws {
        let image = FramedImage(frames: 12, rows: 96, columns: 96)
        let original = try image.bytes()
        let framed = try #require(try seal(original))
        let shown = try PixelCodec.decode(DICOMFile(bytes: framed.stego, name: "stego")).1
        let frameByteCount = try image.description.frameByteCount
        let native = image.native
        let changed = (0..<12).filter { frame in
            let range = frame * frameByteCount..<(frame + 1) * frameByteCount
            return shown[range] != native[range]
        }
        #expect(changed.count == 1 && framed.report.changedSamples > 0)
    }

    /// A record that no frame holds is in several, and one that all of them do not hold rides in the element.
    @Test(arguments: [(3_000, RecordPlacement.pixels), (60_000, .pixelsAndElement)])
    func recordsInParts(privateByteCount: Int, placement: RecordPlacement) throws {
        let original = try FramedImage(frames: 24, privateByteCount: privateByteCount).bytes()
        let framed = try #require(try seal(original))
        #expect(framed.report.record == placement)
        #expect(try reveal(framed.stego) == original)
        #expect(try InstanceRevealer().reveal(framed.stego, name: "image") { _ in key }.bytes == original)
    }

    /// What is filled comes back, whatever was foretold from the frame before.
    @Test(arguments: syntaxes)
    func filledRegions(syntax: TransferSyntax) throws {
        let original = try FramedImage().bytes(syntax)
        let policy = RedactionPolicy(rectangles: [try RedactionRectangle(x: 8, y: 8, width: 40, height: 16)])
        let framed = try #require(try seal(original, SealOptions(redaction: policy)))
        #expect(framed.report.redactedRegions == 1)
        #expect(try reveal(framed.stego) == original)
        #expect(try InstanceRevealer().reveal(framed.stego, name: "image") { _ in key }.bytes == original)
        let whole = try InstanceSealer(key: key, options: SealOptions(redaction: policy)).seal(original, name: "image")
        #expect(try reveal(whole.bytes) == original)
    }

    @Test func randomShapes() throws {
        var random = SplitMix64(seed: 21)
        for trial in 0..<24 {
            var image = FramedImage(
                frames: Int.random(in: 2...9, using: &random), rows: Int.random(in: 3...70, using: &random),
                columns: Int.random(in: 3...70, using: &random), bitsStored: Int.random(in: 6...16, using: &random), seed: UInt64(trial))
            image.isSigned = image.bitsStored > 8 && Bool.random(using: &random)
            if image.bitsStored == 8 { image.samplesPerPixel = 3 }
            image.planarConfiguration = Int.random(in: 0...1, using: &random)
            let original = try image.bytes()
            guard let framed = try seal(original) else {
                Issue.record("trial \(trial) was not sealed by frames")
                continue
            }
            #expect(try reveal(framed.stego) == original, "trial \(trial)")
        }
    }

    /// One frame carries as it does in the whole file: without parts and marks, so that each way opens what the other has made.
    @Test(arguments: EmbeddingMethod.all)
    func oneFrame(method: EmbeddingMethod) throws {
        let original = try FramedImage(frames: 1, rows: 160, columns: 160).bytes()
        let options = SealOptions(method: method)
        let framed = try #require(try seal(original, options))
        #expect(framed.report.method == method.name && framed.report.record == .pixels)
        #expect(try reveal(framed.stego) == original)
        #expect(try InstanceRevealer().reveal(framed.stego, name: "image") { _ in key }.bytes == original)
        let whole = try InstanceSealer(key: key, options: options).seal(original, name: "image")
        #expect(whole.report.changedSamples > 0 && framed.report.changedSamples > 0)
        #expect(try reveal(whole.bytes) == original)
    }

    /// The same with every codec. One frame that comes in a codestream is sealed as a whole unless it is huge.
    @Test(arguments: StegoCodec.allCases)
    func oneFrameWithEveryCodec(codec: StegoCodec) throws {
        let image = FramedImage(frames: 1, rows: 96, columns: 96)
        let original = try image.bytes()
        let framed = try #require(try seal(original, SealOptions(codec: codec)))
        #expect(try reveal(framed.stego) == original)
        #expect(try InstanceRevealer().reveal(framed.stego, name: "image") { _ in key }.bytes == original)
        #expect(try seal(image.bytes(.jpeg2000Lossless), SealOptions(codec: codec)) == nil)
    }

    /// What frames alone do not bring back is left to the other way.
    @Test func leftToTheOtherWay() throws {
        // Overlays in the bits above the stored ones.
        var image = try FramedImage().bytes()
        image[image.count - 1] |= 0x80
        #expect(try seal(image) == nil)
    }

    /// A kilobyte that announces more than anyone has memory for: nothing is taken for it.
    @Test(arguments: ["60000", "2"])
    func bombs(frames: String) throws {
        var file = try EncapsulatedFile(.jpeg2000Lossless, frames: 2, announcing: frames)
        file.fragments = file.fragments.map { Array($0.prefix(400)) }
        var bytes = try file.bytes()
        let rows = try #require(bytes.firstIndex(of: [0x28, 0x00, 0x10, 0x00]))
        bytes.replaceSubrange(rows + 8..<rows + 10, with: [0x60, 0xEA])
        bytes.replaceSubrange(rows + 18..<rows + 20, with: [0x60, 0xEA])
        #expect(throws: (any Error).self) {
            let key = StudyKey()
            let opened = try InstanceRevealer().revealFrames(of: BytesInMemory(bytes), name: "bomb") { _ in
                key
            } into: {
                MemoryStore()
            }
            if opened == nil { _ = try InstanceRevealer().reveal(bytes, name: "bomb") { _ in key } }
        }
    }

    @Test func changedFramesAreFoundOut() throws {
        let original = try FramedImage().bytes()
        var stego = try #require(try seal(original, SealOptions(codec: .none))).stego
        stego[stego.count - 5] ^= 1
        #expect(throws: StegoError.self) { try reveal(stego) }
    }
}

extension [UInt8] {
    fileprivate func firstIndex(of pattern: [UInt8]) -> Int? {
        indices.first { self[$0...].starts(with: pattern) }
    }
}
