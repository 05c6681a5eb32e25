import DICOM
import Foundation
import Imaging
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
        try FileSystem.write(try PNGEncoder.encode(canvas), to: path)
        let bytes = try FileSystem.read(path)
        #expect(Array(bytes[..<8]) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        func number(_ offset: Int) -> Int { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        #expect(number(16) == canvas.width)
        #expect(number(20) == canvas.height)
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
