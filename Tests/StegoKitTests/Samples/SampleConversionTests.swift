import DICOM
import Testing

@testable import StegoKit

/// A word's sample must come back whatever its depth, sign, place in the word and the arrangement of colours.
@Suite struct SampleConversionTests {
    private struct Case: CustomStringConvertible {
        var allocated: Int, stored: Int, high: Int, signed: Bool, samples: Int, planar: Int
        var description: String {
            "\(stored) of \(allocated) bits, high bit \(high), signed \(signed), \(samples) samples, planar \(planar)"
        }
    }

    private static let cases: [Case] = [8, 16].flatMap { allocated in
        (1...allocated).flatMap { stored in
            Set([stored - 1, allocated - 1]).flatMap { high in
                [false, true].flatMap { signed in
                    [(1, 0), (3, 0), (3, 1)].map { samples, planar in
                        Case(allocated: allocated, stored: stored, high: high, signed: signed, samples: samples, planar: planar)
                    }
                }
            }
        }
    }

    private func description(
        _ test: Case, rows: Int = 3, columns: Int = 5, frames: Int = 2, padding: ClosedRange<Int>? = nil
    ) throws -> PixelDescription {
        try PixelDescription(
            rows: rows, columns: columns, frames: frames, samplesPerPixel: test.samples, planarConfiguration: test.planar,
            photometricInterpretation: test.samples == 3 ? "RGB" : "MONOCHROME2", bitsAllocated: test.allocated, bitsStored: test.stored,
            highBit: test.high, isSigned: test.signed, paddingRange: padding)
    }

    @Test func everyLayoutComesBack() throws {
        var random = SystemRandomNumberGenerator()
        for test in Self.cases {
            let description = try description(test)
            let conversion = try #require(SampleConversion(description))
            let bytes = (0..<description.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
            let (planes, unused) = try conversion.split(bytes)
            #expect(planes.planes.count == 2 * test.samples, "\(test)")
            let limit = UInt16(truncatingIfNeeded: (1 << test.stored) - 1)
            #expect(planes.planes.allSatisfy { $0.allSatisfy { $0 <= limit } }, "\(test)")
            #expect(conversion.join(planes, unusedBits: unused, colorByPlane: test.planar == 1) == bytes, "\(test)")
        }
    }

    @Test func signedLevelsAreOrdered() throws {
        let test = Case(allocated: 16, stored: 12, high: 11, signed: true, samples: 1, planar: 0)
        let description = try description(test, rows: 1, columns: 4, frames: 1)
        let conversion = try #require(SampleConversion(description))
        // −2048, −1, 0, 2047 in 16-bit two's complement.
        let (planes, unused) = try conversion.split([0x00, 0xF8, 0xFF, 0xFF, 0x00, 0x00, 0xFF, 0x07])
        #expect(planes.planes == [[0, 2047, 2048, 4095]])
        #expect(unused == .signExtension)
    }

    /// An overlay in the high bits is found, and is not part of any level.
    @Test func overlayInHighBits() throws {
        let test = Case(allocated: 16, stored: 12, high: 11, signed: false, samples: 1, planar: 0)
        let description = try description(test, rows: 1, columns: 2, frames: 1)
        let conversion = try #require(SampleConversion(description))
        let (planes, unused) = try conversion.split([0x34, 0x12, 0x01, 0x00])
        #expect(planes.planes == [[0x234, 0x001]])
        #expect(unused == .explicit([0x00, 0x10, 0x00, 0x00]))
        let stego = try #require(SampleConversion(description.inStegoLayout()))
        #expect(stego.join(planes, unusedBits: .zero, colorByPlane: false) == [0x34, 0x02, 0x01, 0x00])
    }

    @Test func colourPlanes() throws {
        let test = Case(allocated: 8, stored: 8, high: 7, signed: false, samples: 3, planar: 0)
        let description = try description(test, rows: 1, columns: 2, frames: 1)
        let conversion = try #require(SampleConversion(description))
        #expect(try conversion.split([1, 2, 3, 4, 5, 6]).planes.planes == [[1, 4], [2, 5], [3, 6]])
        let byPlane = try #require(SampleConversion(description.laidOut(highBit: 7, colorByPlane: true)))
        #expect(try byPlane.split([1, 2, 3, 4, 5, 6]).planes.planes == [[1, 2], [3, 4], [5, 6]])
    }

    @Test func paddingBecomesLevels() throws {
        let test = Case(allocated: 16, stored: 16, high: 15, signed: true, samples: 1, planar: 0)
        #expect(SampleConversion(try description(test, padding: -2000 ... -1999))?.paddingLevels == 30_768...30_769)
        #expect(SampleConversion(try description(test, padding: 70_000...70_001))?.paddingLevels == nil)
    }

    @Test(arguments: [1, 24, 32]) func wordsThatEmbeddingDoesNotHandle(_ allocated: Int) throws {
        let test = Case(allocated: allocated, stored: allocated, high: allocated - 1, signed: false, samples: 1, planar: 0)
        #expect(SampleConversion(try description(test)) == nil)
    }
}
