import CPNG
import DICOM
import Foundation
import Testing

@testable import Imaging

@Suite struct PNGEncoderTests {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Width, height, bits a sample, colour type, as the IHDR chunk says (PNG specification §11.2.2).
    private func header(_ png: [UInt8]) -> [Int] {
        func number(_ offset: Int) -> Int { png[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        return [number(16), number(20), Int(png[24]), Int(png[25])]
    }

    /// What libpng reads out of it again, as 8-bit RGB.
    private func decoded(_ png: [UInt8], width: Int, height: Int) -> [UInt8]? { PNGReader.colour(png, width: width, height: height) }

    @Test func colour() throws {
        var canvas = Canvas(width: 3, height: 2, background: .grey(7))
        canvas.set(2, 1, .vermilion)
        let png = try PNGEncoder.encode(canvas)
        #expect(png.starts(with: Self.signature))
        #expect(header(png) == [3, 2, 8, 2])
        #expect(decoded(png, width: 3, height: 2) == canvas.bytes)
        #expect(try PNGEncoder.encode(colour: canvas.bytes, width: 3, height: 2) == png)
    }

    @Test func grey() throws {
        let png = try PNGEncoder.encode(grey: [0, 1, 127, 128, 254, 255] as [UInt8], width: 2, height: 3)
        #expect(header(png) == [2, 3, 8, 0])
        #expect(decoded(png, width: 2, height: 3) == [0, 1, 127, 128, 254, 255].flatMap { [$0, $0, $0] })
    }

    @Test func sixteenBitGreyIsKeptToTheBit() throws {
        let samples: [UInt16] = [0, 1, 255, 256, 4095, 65535]
        let png = try PNGEncoder.encode(grey: samples, width: 3, height: 2)
        #expect(header(png) == [3, 2, 16, 0])
        #expect(PNGReader.linearGrey(png, width: 3, height: 2) == samples)
    }

    /// Noise does not compress: the file is larger than the samples, and still fits what was set aside for it.
    @Test(arguments: [(1, 1), (1, 5000), (5000, 1), (700, 900)])
    func noise(_ size: (Int, Int)) throws {
        var generator = SystemRandomNumberGenerator()
        let samples = (0..<size.0 * size.1).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let png = try PNGEncoder.encode(grey: samples, width: size.0, height: size.1)
        #expect(png.count > samples.count)
        #expect(decoded(png, width: size.0, height: size.1) == samples.flatMap { [$0, $0, $0] })
    }

    @Test(arguments: [(0, 3), (3, 0), (-1, 3), (1_000_001, 1), (.max, .max)])
    func impossibleSizes(_ size: (Int, Int)) {
        #expect {
            try PNGEncoder.encode(grey: [1, 2, 3] as [UInt8], width: size.0, height: size.1)
        } throws: {
            ($0 as? ImagingError)?.code == .invalidSize
        }
    }

    @Test func missingSamples() {
        #expect {
            try PNGEncoder.encode(colour: [1, 2, 3], width: 2, height: 1)
        } throws: {
            ($0 as? ImagingError)?.code == .sampleCountMismatch
        }
    }

    @Test func windowOfAHeader() {
        var dataSet = DataSet()
        dataSet.set(.rescaleSlope, .DS, "2")
        dataSet.set(.rescaleIntercept, .DS, "-1024")
        dataSet.set(.photometricInterpretation, .CS, "MONOCHROME1")
        let spanning = DisplayWindow(of: dataSet, samples: [0, 1000])
        #expect(spanning.centre == -24)
        #expect(spanning.width == 2000)
        #expect(spanning.isInverted)
        dataSet.set(.windowCenter, .DS, "40\\50")
        dataSet.set(.windowWidth, .DS, "400\\500")
        let given = DisplayWindow(of: dataSet, samples: [0, 1000])
        #expect([given.centre, given.width, given.slope, given.intercept] == [40, 400, 2, -1024])
    }
}

/// Reads PNG back through libpng, for comparison.
enum PNGReader {
    static func colour(_ png: [UInt8], width: Int, height: Int) -> [UInt8]? {
        read(png, width: width, height: height, channels: 3, format: png_uint_32(PNG_FORMAT_FLAG_COLOR), zero: 0)
    }

    static func linearGrey(_ png: [UInt8], width: Int, height: Int) -> [UInt16]? {
        read(png, width: width, height: height, channels: 1, format: png_uint_32(PNG_FORMAT_FLAG_LINEAR), zero: 0)
    }

    /// - Returns: `nil` when libpng refuses the file or its size is another.
    private static func read<Sample>(
        _ png: [UInt8], width: Int, height: Int, channels: Int, format: png_uint_32, zero: Sample
    ) -> [Sample]? {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        // `png` outlives both calls, which only read it; the second call frees what the first allocated.
        return png.withUnsafeBytes { bytes in
            guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else { return nil }
            defer { png_image_free(&image) }
            guard Int(image.width) == width, Int(image.height) == height else { return nil }
            image.format = format
            var samples = [Sample](repeating: zero, count: width * height * channels)
            let isRead = samples.withUnsafeMutableBytes { png_image_finish_read(&image, nil, $0.baseAddress, 0, nil) != 0 }
            guard isRead else { return nil }
            return samples
        }
    }
}
