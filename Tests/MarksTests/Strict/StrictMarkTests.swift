import Foundation
import SeededRandomness
import Testing

@testable import Marks

@Suite("The strict mark: put on, verified, taken off")
struct StrictMarkTests {
    private let clinic: TestIssuer
    private let reader: StrictReader

    init() throws {
        clinic = try TestIssuer("Clinic")
        reader = StrictReader(directory: TestIssuer.directory(clinic))
    }

    @Test("Random images of every kind come back bit for bit, and are intact")
    func exact() throws {
        var random = SplitMix64(seed: 21)
        var inPixels = 0
        for _ in 0..<40 {
            let (height, width) = (Int.random(in: 8...400, using: &random), Int.random(in: 8...400, using: &random))
            let isSigned = Bool.random(using: &random)
            let bits = Int.random(in: 8...16, using: &random)
            let padding: Int32? = Bool.random(using: &random) ? (isSigned ? -(1 << (bits - 1)) : 0) : nil
            let planes = try (0..<(Bool.random(using: &random) ? 3 : 1)).map { _ in
                try Phantom.plane(
                    height: height, width: width, bits: bits, isSigned: isSigned, padding: padding,
                    noise: .random(in: 0...6, using: &random), using: &random)
            }
            let image = try MarkImage(planes: planes, carrierIndex: planes.count - 1)
            let marked = try clinic.mark(image)
            let identifier = ImageIdentifier(instance: "1.2.3", frame: 0)
            let carried = marked.rung == nil ? StrictReader.Carried(body: marked.body.bytes, identifier: identifier) : nil
            let reading = reader.read(marked.image, carried: carried)
            #expect(reading.verdict == .intact)
            #expect(reading.restored == image)
            #expect(reading.judgement == .signed(by: "Clinic"))
            if marked.rung != nil { inPixels += 1 }
        }
        #expect(inPixels > 10)
    }

    @Test("A slice of 512² costs little: at most 4 in a sample, 70 dB and more of the used range")
    func cost() throws {
        var random = SplitMix64(seed: 5)
        let image = MarkImage(try Phantom.plane(height: 512, width: 512, noise: 1, using: &random))
        let marked = try clinic.mark(image)
        #expect(marked.largestChange <= 4)
        let range = Double((image.carrier.samples.max() ?? 0) - (image.carrier.samples.min() ?? 0))
        #expect(10 * log10(range * range / marked.meanSquaredChange) > 70)
        #expect(marked.body.bytes.count <= 2100)
    }

    @Test("One sample more or less is found, in its cell")
    func oneSample() throws {
        let marked = try clinic.mark(try Phantom.image()).image
        var random = SplitMix64(seed: 22)
        for _ in 0..<25 {
            let (row, column) = (Int.random(in: 0..<256, using: &random), Int.random(in: 0..<256, using: &random))
            let edited = try marked.changing { samples, width in samples[row * width + column] += Bool.random(using: &random) ? 1 : -1 }
            let reading = reader.read(edited)
            #expect(reading.verdict != .intact)
            guard edited != marked else { continue }
            let isInside = reading.cells.contains { ($0.top..<$0.bottom).contains(row) && ($0.left..<$0.right).contains(column) }
            #expect(isInside || reading.verdict == .markTouched)
            #expect(reading.cells.reduce(0) { $0 + $1.count } <= 64 * 9)
        }
    }

    @Test("Leaves of 120 bits cost eight bytes a block, and say the same")
    func longLeaves() throws {
        let image = try Phantom.image()
        let (short, long) = (try clinic.mark(image), try clinic.mark(image, longLeaves: true))
        #expect(long.body.bytes.count == short.body.bytes.count + 8 * long.blockCount)
        let reading = reader.read(long.image)
        #expect(reading.verdict == .intact)
        #expect(reading.restored == image)
        #expect(reading.body?.records.allSatisfy { $0.leaf.count == 15 } == true)
        // A single step may flip no more than the bit that the sample carries.
        let edited = try long.image.changing { samples, width in samples[100 * width + 90] += 2 }
        #expect(reader.read(edited).verdict == .tampered)
    }

    @Test("In one block a step of any sample is found, also behind the frame")
    func everySample() throws {
        let marked = try clinic.mark(try Phantom.image()).image
        for row in 64..<128 {
            for column in stride(from: 64 + row % 3, to: 128, by: 3) {
                for step: Int32 in [-1, 1] {
                    let edited = try marked.changing { samples, width in samples[row * width + column] += step }
                    #expect(reader.read(edited).verdict != .intact, "\(row) \(column) \(step)")
                }
            }
        }
    }

    @Test("A copied lesion is tampering, and the map is not much larger than it")
    func copyMove() throws {
        let marked = try clinic.mark(try Phantom.image()).image
        let edited = try marked.changing { samples, width in
            for row in 0..<16 {
                for column in 0..<16 { samples[(100 + row) * width + 120 + column] = samples[(60 + row) * width + 90 + column] }
            }
        }
        let reading = reader.read(edited)
        #expect(reading.verdict == .tampered)
        #expect(reading.cells.reduce(0) { $0 + $1.count } <= 24 * 24 * 2)
    }

    @Test("Blocks of another marked image are foreign and name it")
    func collage() throws {
        let first = try clinic.mark(try Phantom.image(seed: 1), as: "1.2.3").image
        let second = try clinic.mark(try Phantom.image(seed: 2), as: "1.2.4").image
        let edited = try first.changing { samples, width in
            for row in 64..<192 { for column in 64..<128 { samples[row * width + column] = second.carrier.samples[row * width + column] } }
        }
        let reading = reader.read(edited)
        #expect(reading.verdict == .foreign)
        #expect(reading.foreignImages == [ImageIdentifier(instance: "1.2.4", frame: 0)])
        #expect(reading.blocks.count { $0.isProven } == 14)
    }

    @Test("A block that was edited and got a fitting tag again is forged, that one alone")
    func forgedTag() throws {
        let image = try Phantom.image()
        let marked = try clinic.mark(image)
        let grid = MarkGrid(height: 256, width: 256)
        let index = try #require(marked.body.records.firstIndex { $0.mode != 255 })
        let (area, mode) = (grid.areas[index], try #require(ExpansionMode(byte: marked.body.records[index].mode)))
        var reader = BlockReader()
        let found = reader.read(marked.image, area)
        let frame = try #require(found).frame
        var edited = try image.changing { samples, width in samples[(area.top + 20) * width + area.left + 21] += 1 }
        var (scan, samples) = (CarrierScan(), BlockSamples())
        samples.fill(edited, area)
        scan.fill(edited.carrier, area)
        var written = edited.carrier.samples
        scan.embed(frame.bits(over: samples), into: &written, mode)
        edited = try marked.image.changing { target, width in
            for row in area.top..<area.bottom {
                for column in area.left..<area.right { target[row * width + column] = written[row * width + column] }
            }
        }
        let reading = self.reader.read(edited)
        #expect(reading.verdict == .forged)
        #expect(reading.blocks.indices.filter { reading.blocks[$0] == .forged } == [index])
        #expect(reading.blocks.count { $0.isProven } == grid.areas.count - 1)
    }

    @Test("Shares that were forged together with their tags are corrected")
    func forgedShares() throws {
        let image = try Phantom.image()
        let marked = try clinic.mark(image)
        let grid = MarkGrid(height: 256, width: 256)
        var written = marked.image.carrier.samples
        var blockReader = BlockReader()
        let carrying = marked.body.records.indices.filter { marked.body.records[$0].mode != 255 }
        for index in carrying.prefix(2) {
            let (area, mode) = (grid.areas[index], try #require(ExpansionMode(byte: marked.body.records[index].mode)))
            let found = blockReader.read(marked.image, area)
            let frame = try #require(found).frame
            let forged = BlockFrame(
                index: index, identifier: frame.identifier, shares: frame.shares.map { ShareWord(symbols: $0.symbols ^ SIMD4(1, 2, 3, 4)) })
            var (scan, samples) = (CarrierScan(), BlockSamples())
            samples.fill(image, area)
            scan.fill(image.carrier, area)
            for row in area.top..<area.bottom {
                for column in area.left..<area.right { written[row * 256 + column] = image.carrier.samples[row * 256 + column] }
            }
            scan.embed(forged.bits(over: samples), into: &written, mode)
        }
        let edited = try marked.image.changing { samples, _ in samples = written }
        let reading = reader.read(edited)
        #expect(reading.judgement == .signed(by: "Clinic"))
        #expect(reading.source == .pixels)
        #expect(reading.forgedShares > 0)
        #expect(reading.isExact)
    }

    @Test("With a tenth of the image gone the signed map is still there")
    func damage() throws {
        let marked = try clinic.mark(try Phantom.image(height: 512, width: 512)).image
        let side = 160
        let edited = try marked.changing { samples, width in
            for row in 200..<200 + side { for column in 150..<150 + side { samples[row * width + column] = 7 } }
        }
        let reading = reader.read(edited)
        #expect(reading.verdict == .tampered)
        #expect(reading.source == .pixels)
    }

    @Test("A mark of an issuer that nobody knows proves nothing")
    func stranger() throws {
        let stranger = try TestIssuer("Stranger")
        let reading = reader.read(try stranger.mark(try Phantom.image()).image)
        #expect(reading.verdict == .unreadable)
        #expect(reading.judgement == .unknownIssuer(stranger.identifier))
    }

    @Test("An image without a mark has none; after lossy processing it is unreadable, never intact")
    func none() throws {
        let image = try Phantom.image()
        #expect(reader.read(image).verdict == .notMarked)
        let marked = try clinic.mark(image)
        let processed = try marked.image.changing { samples, _ in for index in samples.indices { samples[index] = samples[index] / 8 * 8 } }
        let carried = StrictReader.Carried(body: marked.body.bytes, identifier: ImageIdentifier(instance: "1.2.3", frame: 0))
        #expect(reader.read(processed, carried: carried).verdict == .unreadable)
        // The mark was taken off and the element is still there: the samples are what was signed.
        let restored = reader.read(image, carried: carried)
        #expect(restored.verdict == .markTouched)
        #expect(restored.isExact)
    }

    @Test("A crop says which part of which image it is; turned images are turned back")
    func cropsAndTurns() throws {
        let image = try Phantom.image(height: 512, width: 512)
        let marked = try clinic.mark(image).image
        let part = marked.mapped { $0.cropped(to: BlockArea(top: 37, left: 81, height: 330, width: 400)) }
        let found = try #require(CropSearch.find(part))
        #expect(found.identifier == ImageIdentifier(instance: "1.2.3", frame: 0))
        let columns = try #require(found.gridColumns)
        #expect(columns == 8)
        let origin = try #require(found.origin(gridColumns: columns))
        #expect(origin == (37, 81))
        for orientation in Orientation.allCases {
            let turned = marked.mapped(orientation.applied)
            #expect(OrientationSearch.find(turned) == orientation.inverse)
        }
        #expect(OrientationSearch.find(image) == nil)
    }

    @Test("In a part that is smaller than a block nothing is found", arguments: [(1, 1), (63, 200), (200, 63), (64, 64)])
    func smallParts(height: Int, width: Int) throws {
        #expect(CropSearch.find(try Phantom.image(height: height, width: width)) == nil)
    }

    @Test("What did not come from here is refused, whatever it is")
    func hostile() throws {
        var random = SplitMix64(seed: 31)
        let grid = MarkGrid(height: 256, width: 256)
        let body = try clinic.mark(try Phantom.image()).body.bytes
        for _ in 0..<3000 {
            var bytes =
                Bool.random(using: &random)
                ? body : (0..<Int.random(in: 0...3000, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            for _ in 0..<3 where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
            if let read = try? MarkBody(bytes, grid: grid) { #expect(bytes.starts(with: read.bytes)) }
            _ = try? CustodyChain(bytes: bytes)
            _ = try? SeriesManifest(bytes: bytes)
        }
    }
}
