import Foundation
import SeededRandomness
import TestSupport
import Testing

@testable import DICOM

/// What our encoder writes, in the eyes of decoders that are not ours: OpenJPEG behind pydicom, and OpenJPH's own program.
@Suite struct HighThroughputJudgeTests {
    struct Shape: Sendable {
        let rows: Int
        let columns: Int
        var samples = 1
        let allocated: Int
        let stored: Int
        var isSigned = false
        var frames = 1
    }

    static let shapes = [
        Shape(rows: 64, columns: 64, allocated: 8, stored: 8), Shape(rows: 45, columns: 61, allocated: 16, stored: 12),
        Shape(rows: 129, columns: 300, allocated: 16, stored: 16, isSigned: true),
        Shape(rows: 77, columns: 65, allocated: 16, stored: 10, isSigned: true, frames: 3),
        Shape(rows: 50, columns: 31, allocated: 16, stored: 16), Shape(rows: 100, columns: 120, samples: 3, allocated: 8, stored: 8),
        Shape(rows: 33, columns: 64, samples: 3, allocated: 8, stored: 8, frames: 2), Shape(rows: 2, columns: 500, allocated: 8, stored: 7),
        Shape(rows: 40, columns: 40, samples: 3, allocated: 16, stored: 12),
    ]

    private func description(_ shape: Shape) throws -> PixelDescription {
        try PixelDescription(
            rows: shape.rows, columns: shape.columns, frames: shape.frames, samplesPerPixel: shape.samples,
            photometricInterpretation: shape.samples == 3 ? "RGB" : "MONOCHROME2", bitsAllocated: shape.allocated, bitsStored: shape.stored,
            isSigned: shape.isSigned)
    }

    private func dataSet(_ shape: Shape, _ encoded: EncapsulatedPixels) -> DataSet {
        var dataSet = Fixture.dataSet(
            rows: shape.rows, columns: shape.columns, bitsAllocated: shape.allocated, bitsStored: shape.stored, frames: shape.frames)
        dataSet.set(.pixelRepresentation, .US, integers: [shape.isSigned ? 1 : 0])
        dataSet.set(.samplesPerPixel, .US, integers: [shape.samples])
        dataSet.set(.photometricInterpretation, .CS, encoded.description.photometricInterpretation)
        if shape.samples == 3 { dataSet.set(.planarConfiguration, .US, integers: [0]) }
        return dataSet
    }

    private struct Verdict: Decodable {
        let isEqual: Bool
        let reason: String?
    }

    @Test(
        .needsPython("pydicom", "numpy", "openjpeg"),
        arguments: [TransferSyntax.highThroughputJPEG2000Lossless, .highThroughputJPEG2000LosslessRPCL])
    func pydicomSeesTheSameSamples(syntax: TransferSyntax) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        let scratch = try TemporaryFolder()
        var arguments: [String] = []
        for (index, shape) in Self.shapes.enumerated() {
            let description = try description(shape)
            let bytes = Fixture.samples(description, using: &generator)
            let encoded = try PixelCodec.encode(bytes, description, as: syntax)
            let file = try DICOMWriter.write(dataSet: dataSet(shape, encoded), transferSyntax: syntax, pixels: .encapsulated(encoded))
            arguments += [try scratch.write(file, as: "\(index).dcm"), try scratch.write(bytes, as: "\(index).raw")]
        }
        let verdicts = try await ForeignPrograms.python(["-c", Self.program] + arguments, as: [String: Verdict].self)
        #expect(verdicts.count == Self.shapes.count)
        for (path, verdict) in verdicts {
            #expect(verdict.isEqual, "\((path as NSString).lastPathComponent): \(verdict.reason ?? "other samples")")
        }
    }

    private static let program = """
        import json, sys, numpy, pydicom
        result = {}
        for path, raw in zip(sys.argv[1::2], sys.argv[2::2]):
            try:
                ds = pydicom.dcmread(path)
                theirs = ds.pixel_array
                ours = numpy.fromfile(raw, dtype=theirs.dtype.newbyteorder('<')).reshape(theirs.shape)
                result[path] = {'isEqual': bool((ours == theirs).all())}
            except Exception as error:
                result[path] = {'isEqual': False, 'reason': repr(error)[:300]}
        print(json.dumps(result))
        """

    /// Unsigned samples of one component, which is what a PGM file holds; its words are big endian.
    @Test(.needs("ojph_expand")) func openJPHsOwnProgramSeesTheSameSamples() async throws {
        var generator = SplitMix64(seed: 37)
        let scratch = try TemporaryFolder()
        for (index, shape) in Self.shapes.enumerated() where shape.samples == 1 && !shape.isSigned && shape.frames == 1 {
            let description = try description(shape)
            let bytes = Fixture.samples(description, using: &generator)
            let codestream = try PixelCodec.encode(bytes, description, as: .highThroughputJPEG2000Lossless).fragments[0]
            let picture = scratch("\(index).pgm")
            let output = try await ForeignPrograms.run(
                "ojph_expand", ["-i", try scratch.write(codestream, as: "\(index).j2c"), "-o", picture])
            #expect(output.status == 0, "\(output.errors)")
            let samples = Array(try Data(contentsOf: URL(filePath: picture))).suffix(bytes.count)
            let expected = shape.allocated == 8 ? bytes : ByteOrder.swapped(bytes[...], unitSize: 2)
            #expect(Array(samples) == expected, "\(shape)")
        }
    }
}
