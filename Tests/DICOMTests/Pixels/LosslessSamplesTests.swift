import SeededRandomness
import TestSupport
import Testing

@testable import DICOM

/// What a lossless JPEG codestream says of each sample, before a decoder fits it into the image's words.
@Suite struct LosslessSamplesTests {
    private func image(_ stored: Int, _ allocated: Int, color: String = "MONOCHROME2") throws -> (PixelDescription, [UInt8]) {
        let description = try PixelDescription(
            rows: 21, columns: 34, samplesPerPixel: color == "RGB" ? 3 : 1, photometricInterpretation: color, bitsAllocated: allocated,
            bitsStored: stored)
        var random = SplitMix64(seed: 11)
        return (description, Fixture.samples(description, using: &random))
    }

    /// Interleaved samples as one array a component.
    private func planes(_ bytes: [UInt8], _ description: PixelDescription) -> [[UInt16]] {
        let width = description.bytesPerSample
        let samples = stride(from: 0, to: bytes.count, by: width).map { offset in
            (0..<width).reduce(UInt16(0)) { $0 | UInt16(bytes[offset + $1]) << UInt16(8 * $1) }
        }
        return (0..<description.samplesPerPixel).map { component in
            stride(from: component, to: samples.count, by: description.samplesPerPixel).map { samples[$0] }
        }
    }

    @Test(arguments: [(8, 8, "MONOCHROME2"), (12, 16, "MONOCHROME2"), (16, 16, "MONOCHROME2"), (8, 8, "RGB")])
    func samplesAreThoseOfTheDecoder(stored: Int, allocated: Int, color: String) throws {
        let (description, bytes) = try image(stored, allocated, color: color)
        let codestream = try PixelCodec.encode(bytes, description, as: .jpegLosslessFirstOrder).fragments[0]
        #expect(JPEGWalk.losslessSamples(codestream[...], description)?.components == planes(bytes, description))
    }

    /// DCMTK's encoder with each predictor, with and without a point transform.
    @Test(.needs("dcmcjpeg"), arguments: 1...7, [0, 1])
    func everyPredictor(selection: Int, pointTransform: Int) async throws {
        let folder = try TemporaryFolder()
        let (description, bytes) = try image(12, 16)
        var header = Fixture.dataSet(rows: description.rows, columns: description.columns)
        header.set(.bitsStored, .US, integers: [12])
        let native = try folder.write(try Fixture.file(header, pixels: bytes), as: "native.dcm")
        let output = try await ForeignPrograms.run(
            "dcmcjpeg", ["+el", "+sv", "\(selection)", "+pt", "\(pointTransform)", native, folder("jpeg.dcm")])
        try #require(output.status == 0, "\(output.errors)")
        let file = try DICOMFile(bytes: try #require(folder.bytes("jpeg.dcm")), name: "jpeg")
        let codestream = try FragmentedFrames(
            file.expanded, try #require(file.pixelDataRange), frames: 1, syntax: file.transferSyntax
        ).codestreams(in: file.expanded)[0]
        let expected = planes(bytes, description)[0].map { ($0 >> UInt16(pointTransform)) << UInt16(pointTransform) }
        #expect(JPEGWalk.losslessSamples(codestream, description)?.components == [expected])
    }

    /// Of a damaged codestream that still decodes, other decoders may make other pixels: it is not to be replaced by what came out here.
    @Test func damagedCodestreamsAreNotReplaced() throws {
        let (description, bytes) = try image(8, 8)
        let sound = try PixelCodec.encode(bytes, description, as: .jpegLosslessFirstOrder)
        var header = Fixture.dataSet(rows: description.rows, columns: description.columns, bitsAllocated: 8, bitsStored: 8)
        header.set(.highBit, .US, integers: [7])
        func file(_ codestream: [UInt8]) throws -> DICOMFile {
            let pixels = EncapsulatedPixels(transferSyntax: .jpegLosslessFirstOrder, description: description, fragments: [codestream])
            return try DICOMFile(
                bytes: try DICOMWriter.write(dataSet: header, transferSyntax: .jpegLosslessFirstOrder, pixels: .encapsulated(pixels)),
                name: "image")
        }
        #expect(PlainEncapsulation.obstacle(toReplacing: try file(sound.fragments[0]), by: sound) == nil)
        var replaced = 0
        for place in sound.fragments[0].count / 2..<sound.fragments[0].count - 40 {
            var codestream = sound.fragments[0]
            codestream[place] ^= 0x10
            let damaged = try file(codestream)
            guard let (decodedDescription, decoded) = try? PixelCodec.decode(damaged),
                let again = try? PixelCodec.encode(decoded, decodedDescription, as: .jpegLosslessFirstOrder)
            else { continue }
            let samples = JPEGWalk.losslessSamples(codestream[...], description)
            let isInRange = samples?.components[0].allSatisfy { $0 < 256 } ?? false
            let obstacle = PlainEncapsulation.obstacle(toReplacing: damaged, by: again)
            if !isInRange { #expect(obstacle != nil, "byte \(place)") }
            replaced += isInRange ? 0 : 1
        }
        #expect(replaced > 0)
    }

    /// A few hundred bytes that announce a frame of gigabytes are refused before anything is made of that size.
    @Test func announcedSizesAreBounded() throws {
        let huge = try PixelDescription(
            rows: 37000, columns: 37000, samplesPerPixel: 3, photometricInterpretation: "YBR_FULL_422", bitsAllocated: 8, bitsStored: 8)
        let frame: [UInt8] = [0xFF, 0xC2, 0, 17, 8, 0x90, 0x88, 0x90, 0x88, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0]
        let codestream = [0xFF, 0xD8] + frame + [0xFF, 0xD9]
        var header = Fixture.dataSet(rows: 37000, columns: 37000, bitsAllocated: 8, bitsStored: 8)
        header.set(.samplesPerPixel, .US, integers: [3])
        header.set(.planarConfiguration, .US, integers: [0])
        header.set(.photometricInterpretation, .CS, "YBR_FULL_422")
        let pixels = EncapsulatedPixels(transferSyntax: .jpegBaseline, description: huge, fragments: [codestream])
        let file = try DICOMFile(
            bytes: try DICOMWriter.write(dataSet: header, transferSyntax: .jpegBaseline, pixels: .encapsulated(pixels)), name: "image")
        #expect(code { _ = try NeededPixels(of: file) } == .pixelsTooLarge)
        // The frame of another image than the data set describes is not walked either.
        let small = try PixelDescription(
            rows: 8, columns: 8, samplesPerPixel: 3, photometricInterpretation: "YBR_FULL_422", bitsAllocated: 8, bitsStored: 8)
        #expect(WalkedFrame(codestream[...], small, .jpeg) == nil)
    }
}
