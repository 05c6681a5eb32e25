import Foundation
import TestSupport
import Testing

@testable import DICOM

/// What we write, read by others: pydicom at its strictest, DCMTK, GDCM. And converted by them, it keeps digest and pixels.
@Suite struct InteroperabilityTests {
    struct Written {
        let path: String
        let header: DataSet
        let native: [UInt8]
        let isEncapsulated: Bool
    }

    /// Public files of the corpus in native form and, where possible, as JPEG 2000.
    static func writtenFiles(_ scratch: TemporaryFolder) throws -> [Written] {
        var written: [Written] = []
        for name in Corpus.varied {
            let file = try Corpus.file(name)
            let decoded = file.pixels == nil ? PublicHeader.placeholder : try? PixelCodec.decode(file)
            guard let (description, native) = decoded else { continue }
            var header = try PublicHeader.make(from: file, pixels: file.pixels == nil ? nil : description, mapUID: Fixture.mapUID)
            try header.setPrivateBytes([1, 2, 3], creator: VeilrayPrivate.creator, group: VeilrayPrivate.group, element: 1)
            let plain = try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(native))
            written.append(
                Written(
                    path: try scratch.write(plain, as: "\(written.count)-\(file.name)"), header: header, native: native,
                    isEncapsulated: false))
            guard let encoded = try? PixelCodec.encode(native, description, as: .jpeg2000Lossless) else { continue }
            header.set(.photometricInterpretation, .CS, encoded.description.photometricInterpretation)
            if description.samplesPerPixel > 1 { header.set(.planarConfiguration, .US, integers: [0]) }
            let compressed = try DICOMWriter.write(dataSet: header, transferSyntax: .jpeg2000Lossless, pixels: .encapsulated(encoded))
            written.append(
                Written(
                    path: try scratch.write(compressed, as: "\(written.count)-\(file.name)"), header: header, native: native,
                    isEncapsulated: true))
        }
        return written
    }

    @Test(.needsCorpus, .needsPython("pydicom")) func pydicomReadsEverythingAtItsStrictest() async throws {
        let scratch = try TemporaryFolder()
        let files = try InteroperabilityTests.writtenFiles(scratch).map(\.path)
        let complaints = try await ForeignPrograms.python(
            [
                "-c",
                """
                import json, sys, warnings, pydicom
                from pydicom import config
                config.settings.reading_validation_mode = config.RAISE
                warnings.simplefilter('error')
                result = {}
                for path in sys.argv[1:]:
                    try:
                        ds = pydicom.dcmread(path, force=False)
                        for element in ds.iterall(): element.value
                        for element in ds.file_meta: element.value
                    except Exception as error: result[path] = repr(error)[:300]
                print(json.dumps(result))
                """,
            ] + files, as: [String: String].self)
        #expect(complaints.isEmpty, "\(complaints)")
        #expect(files.count > 100)
    }

    /// Another implementation decodes our codestreams, those of corrected precision among them, to the pixels that went in.
    @Test(.needsCorpus, .needsPython("pydicom", "numpy", "openjpeg")) func pydicomDecodesWhatIsEncoded() async throws {
        let scratch = try TemporaryFolder()
        let encoded = try InteroperabilityTests.writtenFiles(scratch).filter { $0.isEncapsulated && !InteroperabilityTests.wasPlanar($0) }
        let arguments = try encoded.flatMap {
            [$0.path, try scratch.write($0.native, as: "\(($0.path as NSString).lastPathComponent).raw")]
        }
        let differing = try await ForeignPrograms.python(
            [
                "-c",
                """
                import json, sys, warnings, numpy, pydicom
                warnings.simplefilter('error')
                result = {}
                for path, raw in zip(sys.argv[1::2], sys.argv[2::2]):
                    try:
                        ds = pydicom.dcmread(path)
                        ds.pixel_array_options(raw=True)
                        theirs = ds.pixel_array
                        if not (numpy.fromfile(raw, dtype=theirs.dtype.newbyteorder('<')).reshape(theirs.shape) == theirs).all():
                            result[path] = 'differs'
                    except Exception as error: result[path] = repr(error)[:300]
                print(json.dumps(result))
                """,
            ] + arguments, as: [String: String].self)
        #expect(differing.isEmpty, "\(differing)")
        #expect(encoded.count > 50)
    }

    @Test(.needsCorpus, .needs("dcmdump")) func dcmdumpReadsEverything() async throws {
        let scratch = try TemporaryFolder()
        let output = try await ForeignPrograms.run("dcmdump", ["-q"] + (try InteroperabilityTests.writtenFiles(scratch).map(\.path)))
        #expect(output.status == 0)
        let complaints = output.output + output.errors
        #expect(!complaints.contains("E:") && !complaints.contains("W:"), "\(complaints.suffix(500))")
    }

    @Test(.needsCorpus, .needs("gdcmconv")) func gdcmconvKeepsDigestAndPixels() async throws {
        let scratch = try TemporaryFolder()
        var converted = 0
        for written in try InteroperabilityTests.writtenFiles(scratch) where written.isEncapsulated {
            for option in ["--raw", "--jpegls", "--implicit"] {
                let target = scratch("converted.dcm")
                let arguments = option == "--implicit" ? ["--raw", "--implicit"] : [option]
                guard try await ForeignPrograms.run("gdcmconv", arguments + [written.path, target]).status == 0 else { continue }
                let file = try DICOMFile(bytes: scratch.bytes("converted.dcm") ?? [], name: (written.path as NSString).lastPathComponent)
                #expect(PublicHeader.digest(of: file.dataSet) == PublicHeader.digest(of: written.header), "\(option) \(file.name)")
                if option == "--raw", file.pixels?.planarConfiguration == 0 {
                    let native = try PixelCodec.decode(file).1
                    let isSame = native == written.native
                    #expect(isSame || InteroperabilityTests.wasPlanar(written), "\(option) \(file.name)")
                }
                #expect(file.dataSet.privateBytes(creator: VeilrayPrivate.creator, group: VeilrayPrivate.group, element: 1) == [1, 2, 3])
                converted += 1
            }
        }
        #expect(converted > 60)
    }

    /// Planes come out of JPEG 2000 as pixels, so the bytes are the same in another order.
    private static func wasPlanar(_ written: Written) -> Bool { written.path.hasSuffix("ExplVR_BigEnd.dcm") }

    @Test(.needsCorpus, .needs("dcmcjpeg", "dcmdjpeg")) func dcmcjpegAndBackKeepsTheDigest() async throws {
        let scratch = try TemporaryFolder()
        var converted = 0
        for written in try InteroperabilityTests.writtenFiles(scratch) where !written.isEncapsulated {
            let compressed = scratch("compressed.dcm")
            let target = scratch("decompressed.dcm")
            guard try await ForeignPrograms.run("dcmcjpeg", ["+e1", written.path, compressed]).status == 0,
                try await ForeignPrograms.run("dcmdjpeg", [compressed, target]).status == 0
            else { continue }
            for name in ["compressed.dcm", "decompressed.dcm"] {
                let file = try DICOMFile(bytes: scratch.bytes(name) ?? [], name: (written.path as NSString).lastPathComponent)
                #expect(PublicHeader.digest(of: file.dataSet) == PublicHeader.digest(of: written.header), "\(file.name)")
            }
            converted += 1
        }
        #expect(converted > 30)
    }
}
