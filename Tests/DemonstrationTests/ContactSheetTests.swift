import DICOM
import Foundation
import Testing

@testable import Demonstration

@Suite struct ContactSheetTests {
    private func image(_ samples: [Int32], width: Int = 4) -> SampleImage {
        SampleImage(
            width: width, height: samples.count / width, channels: 1, samples: samples,
            window: DisplayWindow(centre: 50, width: 100), bitsStored: 16)
    }

    @Test func differenceCountsEveryChangedSample() {
        let difference = SampleDifference(from: image([1, 2, 3, 4]), to: image([1, 1, 3, 7]))
        #expect(difference.values == [0, -1, 0, 3])
        #expect(difference.changedSamples == 2)
        #expect(difference.maximum == 3)
        // Mean square error 10 / 4 against a range of 100.
        #expect(abs((difference.peakSignalToNoise(range: 100) ?? 0) - 36.0206) < 0.001)
    }

    @Test func equalImagesHaveNoRatio() {
        let same = SampleDifference(from: image([1, 2, 3, 4]), to: image([1, 2, 3, 4]))
        #expect(same.peakSignalToNoise(range: 100) == nil)
        #expect(same.changedShare == 0)
    }

    @Test func differenceOfExtremesDoesNotTrap() {
        let difference = SampleDifference(from: image([.min, 0, 0, 0]), to: image([.max, 0, 0, 0]))
        #expect(difference.maximum == .max)
        let lowest = SampleDifference(from: image([.max, 0, 0, 0]), to: image([.min, 0, 0, 0]))
        #expect(DifferencePalette(maximum: lowest.maximum).colour(lowest.values[0]) != DifferencePalette.none)
    }

    @Test func lessIsBluishAndMoreIsOrange() {
        let palette = DifferencePalette(maximum: 1)
        #expect(palette.colour(0) == DifferencePalette.none)
        #expect(palette.colour(-1).blue > palette.colour(-1).red)
        #expect(palette.colour(1).red > palette.colour(1).blue)
    }

    @Test func windowFollowsTheStandard() {
        // PS3.3 C.11.2.1.2.1: centre 40, width 400 maps −160 and below to black, 239 and above to white.
        let window = DisplayWindow(centre: 40, width: 400)
        #expect(window.shade(-161) == 0)
        #expect(window.shade(-160) == 0)
        #expect(window.shade(239) == 255)
        #expect(window.shade(240) == 255)
        #expect(DisplayWindow(centre: 40, width: 400, isInverted: true).shade(-160) == 255)
        #expect(DisplayWindow(centre: 0, width: 0).shade(3) == 255)
    }

    @Test func windowOfNothingDoesNotTrap() {
        #expect(DisplayWindow(spanning: [], slope: 1, intercept: 0, isInverted: false).shade(0) <= 255)
        #expect(DisplayWindow(spanning: [7, 7, 7], slope: 1, intercept: 0, isInverted: false).width == 1)
    }

    @Test(arguments: [(1, 1), (64, 64), (512, 512), (513, 100), (4096, 3), (3, 65535)])
    func panelsCoverTheWholeImage(_ size: (Int, Int)) {
        let scale = PanelScale(sourceWidth: size.0, sourceHeight: size.1, side: 512)
        #expect((1...512).contains(scale.width))
        #expect((1...512).contains(scale.height))
        #expect(Set((0..<scale.width).flatMap { Array(scale.columns($0)) }) == Set(0..<size.0))
        #expect(Set((0..<scale.height).flatMap { Array(scale.rows($0)) }) == Set(0..<size.1))
    }

    @Test func fontDrawsEveryPrintableCharacter() {
        let box = BitmapFont.glyph(for: "\u{1F600}")
        for code in UInt8(33)...126 {
            let glyph = BitmapFont.glyph(for: Character(Unicode.Scalar(code)))
            #expect(glyph.rows.contains { $0 != 0 }, "\(Character(Unicode.Scalar(code))) is blank")
            #expect(glyph.rows != box.rows, "\(Character(Unicode.Scalar(code))) is missing")
            #expect((7...BitmapFont.height).contains(glyph.rows.count))
        }
        for character in "±×−–·…" { #expect(BitmapFont.glyph(for: character).rows != box.rows) }
        #expect(BitmapFont.glyph(for: " ").rows.allSatisfy { $0 == 0 })
    }

    @Test func imagesOfDifferentShapeAreRefused() {
        #expect {
            try SheetRow(name: "a", original: image([1, 2, 3, 4]), stego: image([1, 2], width: 2), restored: image([1, 2, 3, 4]))
        } throws: {
            ($0 as? DemonstrationError)?.code == .notComparable
        }
    }

    @Test func pictureIsAPNGOfTheCanvassSize() throws {
        let path = NSTemporaryDirectory() + "veilray-sheet-\(UUID().uuidString).png"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let row = try SheetRow(name: "a", original: image([1, 2, 3, 4]), stego: image([1, 2, 3, 5]), restored: image([1, 2, 3, 4]))
        let canvas = ContactSheet(rows: [row]).draw()
        try PNGFile.write(canvas, to: path)
        let bytes = try FileSystem.read(path)
        #expect(Array(bytes[..<8]) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        func number(_ offset: Int) -> Int { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        #expect(number(16) == canvas.width)
        #expect(number(20) == canvas.height)
    }

    @Test func aPictureThatCannotBeWrittenIsAnError() {
        let canvas = Canvas(width: 2, height: 2, background: .grey(0))
        #expect {
            try PNGFile.write(canvas, to: "/nonexistent-folder/sheet.png")
        } throws: {
            ($0 as? DemonstrationError)?.code == .unwritable
        }
    }

    @Test func samplesAreReadWithSignShiftAndPlanes() throws {
        // 12 bits stored in the upper part of 16, and bits outside of them that must not count.
        var dataSet = DataSet()
        dataSet.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.7")
        dataSet.set(.sopInstanceUID, .UI, "2.25.1")
        dataSet.set(.samplesPerPixel, .US, integers: [1])
        dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
        for (tag, value) in [(Tag.rows, 1), (.columns, 2), (.bitsAllocated, 16), (.bitsStored, 12), (.highBit, 13)] {
            dataSet.set(tag, .US, integers: [value])
        }
        dataSet.set(.pixelRepresentation, .US, integers: [1])
        // −1 and 5, two bits up, with the unused bits set.
        let pixels: [UInt8] = [0xFF, 0xFF, 0x17, 0xC0]
        let path = NSTemporaryDirectory() + "veilray-samples-\(UUID().uuidString).dcm"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let bytes = try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(pixels))
        try FileSystem.write(bytes, to: path)
        #expect(try SampleImage(reading: path).samples == [-1, 5])
    }
}
