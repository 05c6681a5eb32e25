import Foundation
import SeededRandomness
import Testing

@testable import Marks

@Suite("Fourier transforms and filters")
struct FourierTransformTests {
    @Test("A transform is its definition, and the inverse brings it back")
    func definition() {
        let side = 8
        let transform = FourierTransform(side: side)
        var random = SplitMix64(seed: 51)
        let re = (0..<64).map { _ in Float.random(in: -1...1, using: &random) }
        let im = (0..<64).map { _ in Float.random(in: -1...1, using: &random) }
        var (r, i) = (re, im)
        r.withUnsafeMutableBufferPointer { r in
            i.withUnsafeMutableBufferPointer { i in
                guard let r = r.baseAddress, let i = i.baseAddress else { return }
                transform.forward(r, i)
            }
        }
        for u in 0..<side {
            for v in 0..<side {
                var (sumR, sumI) = (0.0, 0.0)
                for y in 0..<side {
                    for x in 0..<side {
                        let angle = -2 * Double.pi * Double(u * y + v * x) / Double(side)
                        let (a, b) = (Double(re[y * side + x]), Double(im[y * side + x]))
                        sumR += a * cos(angle) - b * sin(angle)
                        sumI += a * sin(angle) + b * cos(angle)
                    }
                }
                // The spectrum lies transposed.
                #expect(abs(Double(r[v * side + u]) - sumR) < 1e-4 && abs(Double(i[v * side + u]) - sumI) < 1e-4)
            }
        }
        r.withUnsafeMutableBufferPointer { r in
            i.withUnsafeMutableBufferPointer { i in
                guard let r = r.baseAddress, let i = i.baseAddress else { return }
                transform.inverse(r, i)
            }
        }
        #expect(zip(r, re).allSatisfy { abs($0 / 64 - $1) < 1e-5 } && zip(i, im).allSatisfy { abs($0 / 64 - $1) < 1e-5 })
    }

    @Test("A filter keeps what is even, and its derivative is the slope")
    func filters() {
        let side = 32
        let ramp = (0..<side * side).map { Float(3 * ($0 % side) + 2 * ($0 / side)) }
        let smooth = GaussianFilter(sigma: 1.5).smooth(ramp, side: side)
        #expect(abs(smooth[16 * side + 16] - ramp[16 * side + 16]) < 1e-3)
        let slope = GaussianFilter(sigma: 1, derivative: true)
        #expect(abs(abs(slope.alongRows(ramp, side: side)[16 * side + 16]) - 3) < 0.01)
        #expect(abs(abs(slope.alongColumns(ramp, side: side)[16 * side + 16]) - 2) < 0.01)
    }
}

/// A synthetic head of 60 slices, so that it can run anywhere.
@Suite("Volume marks in slices at any angle")
struct VolumeDetectionTests {
    static let siteKey = [UInt8](repeating: 9, count: 32)

    private static let volume: SliceStack? = try? makeVolume()

    private static func makeVolume() throws -> SliceStack {
        let (count, side) = (60, 160)
        var random = SplitMix64(seed: 61)
        let slices = try (0..<count).map { slice -> SamplePlane in
            let samples = (0..<side * side).map { index -> Int32 in
                let z = (Double(slice) - 29.5) * 2.5 / 75
                let (y, x) = ((Double(index / side) - 79.5) * 1.25 / 95, (Double(index % side) - 79.5) * 1.25 / 75)
                let head = x * x + y * y + z * z
                let brain = 34 + 8 * sin(7 * x) * cos(5 * y) * cos(6 * z)
                let tissue: Double = head > 1 ? -1000 : (head > 0.87 ? 1000 : brain)
                let chance = (0..<4).reduce(0.0) { sum, _ in sum + Double.random(in: -1...1, using: &random) }
                return Int32((tissue + chance * 0.866 * 5).rounded())
            }
            return try SamplePlane(height: side, width: side, range: -2048...2047, padding: -2000, samples: samples)
        }
        let spacing = try #require(SampleSpacing(rows: 1.25, columns: 1.25))
        return SliceStack(
            slices: slices, positions: (0..<count).map { Point(-99.4, -99.4, 2.5 * Double($0) - 73.75) }, alongRow: Point(1, 0, 0),
            alongColumn: Point(0, 1, 0), spacing: spacing)
    }

    private func slice(_ plane: SamplePlane, step: Double = 1) throws -> ObliqueSlice {
        ObliqueSlice(plane, spacing: try #require(SampleSpacing(rows: step, columns: step)))
    }

    @Test("A slice says that it is marked, where it lies, and whose it is; an unmarked one does not")
    func search() throws {
        let volume = try #require(Self.volume)
        let key = try VolumeMarkKey(siteKey: Self.siteKey, series: "1.2.3")
        let (marked, meanSquare) = try volume.marked(key, "patient 1")
        #expect(meanSquare < 3.35)
        let detector = VolumeDetector(key)
        var random = SplitMix64(seed: 71)
        func isFound(_ slice: ObliqueSlice) throws -> Bool {
            try #require(detector.search([slice])).finding.score >= VolumeDetector.leastToAsk
        }
        for _ in 0..<4 {
            let cut = ObliqueCut(volume, farthest: 20, &random)
            let search = try #require(detector.search([slice(marked.slice(cut))]))
            #expect(search.finding.score >= VolumeDetector.leastToAsk)
            let offset = Point(Double(key.offset[0]), Double(key.offset[1]), Double(key.offset[2])) / 1024
            let toCentre = volume.middle + offset - cut.middle
            #expect(abs(abs((toCentre * cut.normal).sum()) - search.finding.distance) < 2)
            #expect(abs((toCentre * cut.down).sum() - search.finding.down) < 2)
            #expect(abs((toCentre * cut.right).sum() - search.finding.right) < 2)
            #expect(search.match("patient 1").isConfirmed)
            #expect(!search.match("patient 2").isConfirmed)
            let plain = try #require(detector.search([slice(volume.slice(cut))]))
            #expect(!plain.finding.isMarked)
            // Mirrored, turned, at another sampling, in shades of a window nobody tells: the same mark.
            let turned = try Orientation.mirroredQuarterTurn.applied(to: marked.slice(cut))
            #expect(try isFound(slice(turned)))
            let fine = try marked.slice(cut, side: 400, step: 0.6)
            #expect(try isFound(slice(fine, step: 0.6)))
            let window = try #require(ContentWindow(centre: 40, width: 160))
            #expect(try isFound(slice(marked.slice(cut).shades(window))))
        }
    }

    @Test("Three parallel slices agree more than one")
    func parallel() throws {
        let volume = try #require(Self.volume)
        let key = try VolumeMarkKey(siteKey: Self.siteKey, series: "1.2.3")
        let (marked, _) = try volume.marked(key, "patient 1")
        let detector = VolumeDetector(key)
        var random = SplitMix64(seed: 72)
        let cut = ObliqueCut(volume, farthest: 10, &random)
        let slices = try (0..<3).map { index -> ObliqueSlice in
            var moved = cut
            moved.middle += cut.normal * (4 * Double(index))
            return try slice(marked.slice(moved))
        }
        let one = try #require(detector.search([slices[0]])).finding.score
        let three = try #require(detector.search(slices, distance: 4)).finding
        #expect(three.score > one)
        #expect(three.isMarked)
    }

    @Test("Waves in one place are no mark, however strong; weak ones all over the slice are")
    func spread() throws {
        let key = try VolumeMarkKey(siteKey: Self.siteKey, series: "1.2.3")
        let detector = VolumeDetector(key)
        let shell = VolumeShells.sync(key)
        func waves(_ amplitude: Float, within patch: Int) throws -> ObliqueSlice {
            var random = SplitMix64(seed: 73)
            let samples = (0..<256 * 256).map { index -> Int32 in
                let (y, x) = (index / 256 - 120, index % 256 - 130)
                let noise = (0..<4).reduce(0.0) { sum, _ in sum + Double.random(in: -1...1, using: &random) } * 0.866 * 5
                let isThere = max(abs(y - 40), abs(x - 30)) < patch
                let wave = isThere ? Double(amplitude * shell.value(squaredRadius: Double(y * y + x * x + 400))) : 0
                return Int32((noise + wave).rounded())
            }
            return try slice(SamplePlane(height: 256, width: 256, range: -2048...2047, samples: samples))
        }
        func agreementOfBlocks(_ slice: ObliqueSlice) throws -> Double {
            let whitened = try #require(WhitenedSlice(slice, FourierTransform(side: ObliqueSlice.side)))
            let peak = AgreementMaps.Peak(score: 0, distance: 16, row: 120, column: 130)
            let place = RefinedPlace([whitened], shell, around: peak, apart: 0)
            return SpreadAgreement([whitened], shell, at: place, apart: 0).score * SpreadAgreement.worth
        }
        // If blocks were heard with all that they say, the strong ones would reach a third of the weak ones everywhere.
        #expect(try 4 * agreementOfBlocks(waves(15, within: 24)) < agreementOfBlocks(waves(1.5, within: 256)))
        #expect(try agreementOfBlocks(waves(1.5, within: 256)) >= VolumeDetector.threshold)
        #expect(try #require(detector.search([waves(0, within: 0)])).finding.score < VolumeDetector.leastToAsk + 1)
        #expect(try #require(detector.search([waves(1.5, within: 256)])).finding.isMarked)
    }

    @Test("Nothing is said of slices that show nothing")
    func empty() throws {
        let detector = VolumeDetector(try VolumeMarkKey(siteKey: Self.siteKey, series: "1.2.3"))
        let flat = try SamplePlane(height: 64, width: 64, range: 0...255, samples: [Int32](repeating: 7, count: 4096))
        #expect(detector.search([try slice(flat)]) == nil)
        #expect(detector.search([]) == nil)
    }
}
