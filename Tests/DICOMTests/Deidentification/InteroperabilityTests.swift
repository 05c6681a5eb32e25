import Foundation
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
    static func writtenFiles(_ scratch: Scratch) throws -> [Written] {
        var written: [Written] = []
        for path in Corpus.varied where Corpus.broken[Corpus.name(path)] == nil {
            let file = try DICOMFile(bytes: Corpus.bytes(path), name: Corpus.name(path))
            let decoded = file.pixels == nil ? PublicHeader.placeholder : try? PixelCodec.decode(file)
            guard let (description, native) = decoded else { continue }
            var header = try PublicHeader.make(from: file, pixels: file.pixels == nil ? nil : description, mapUID: Fixture.mapUID)
            try header.setPrivateBytes([1, 2, 3], creator: VeilrayPrivate.creator, group: VeilrayPrivate.group, element: 1)
            let plain = try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(native))
            written.append(
                Written(
                    path: try scratch.write(plain, "\(written.count)-\(file.name)"), header: header, native: native, isEncapsulated: false))
            guard let encoded = try? PixelCodec.encode(native, description, as: .jpeg2000Lossless) else { continue }
            header.set(.photometricInterpretation, .CS, encoded.description.photometricInterpretation)
            if description.samplesPerPixel > 1 { header.set(.planarConfiguration, .US, integers: [0]) }
            let compressed = try DICOMWriter.write(dataSet: header, transferSyntax: .jpeg2000Lossless, pixels: .encapsulated(encoded))
            written.append(
                Written(
                    path: try scratch.write(compressed, "\(written.count)-\(file.name)"), header: header, native: native,
                    isEncapsulated: true))
        }
        return written
    }

    @Test func pydicomReadsEverythingAtItsStrictest() throws {
        if try Corpus.isAbsent || Tool.isMissing(pythonModule: "pydicom") { return }
        let scratch = try Scratch()
        let files = try InteroperabilityTests.writtenFiles(scratch).map(\.path)
        let complaints = try Tool.python(
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
            """, files, as: [String: String].self)
        #expect(complaints.isEmpty, "\(complaints)")
        #expect(files.count > 100)
    }

    /// Another implementation decodes our codestreams, those of corrected precision among them, to the pixels that went in.
    @Test func pydicomDecodesWhatIsEncoded() throws {
        if try Corpus.isAbsent || Tool.isMissing(pythonModule: "pydicom, numpy, openjpeg") { return }
        let scratch = try Scratch()
        let encoded = try InteroperabilityTests.writtenFiles(scratch).filter { $0.isEncapsulated && !InteroperabilityTests.wasPlanar($0) }
        let arguments = try encoded.flatMap { [$0.path, try scratch.write($0.native, "\(($0.path as NSString).lastPathComponent).raw")] }
        let differing = try Tool.python(
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
            """, arguments, as: [String: String].self)
        #expect(differing.isEmpty, "\(differing)")
        #expect(encoded.count > 50)
    }

    @Test func dcmdumpReadsEverything() throws {
        if Corpus.isAbsent || Tool.isMissing("dcmdump") { return }
        let scratch = try Scratch()
        let output = try Tool.run("dcmdump", ["-q"] + (try InteroperabilityTests.writtenFiles(scratch).map(\.path)))
        #expect(output.status == 0)
        #expect(!output.text.contains("E:") && !output.text.contains("W:"), "\(output.text.suffix(500))")
    }

    @Test func gdcmconvKeepsDigestAndPixels() throws {
        if Corpus.isAbsent || Tool.isMissing("gdcmconv") { return }
        let scratch = try Scratch()
        var converted = 0
        for written in try InteroperabilityTests.writtenFiles(scratch) where written.isEncapsulated {
            for option in ["--raw", "--jpegls", "--implicit"] {
                let target = scratch.path("converted.dcm")
                let arguments = option == "--implicit" ? ["--raw", "--implicit"] : [option]
                guard try Tool.run("gdcmconv", arguments + [written.path, target]).status == 0 else { continue }
                let file = try DICOMFile(bytes: Corpus.bytes(target), name: (written.path as NSString).lastPathComponent)
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

    @Test func dcmcjpegAndBackKeepsTheDigest() throws {
        if Corpus.isAbsent || Tool.isMissing("dcmcjpeg") || Tool.isMissing("dcmdjpeg") { return }
        let scratch = try Scratch()
        var converted = 0
        for written in try InteroperabilityTests.writtenFiles(scratch) where !written.isEncapsulated {
            let compressed = scratch.path("compressed.dcm")
            let target = scratch.path("decompressed.dcm")
            guard try Tool.run("dcmcjpeg", ["+e1", written.path, compressed]).status == 0,
                try Tool.run("dcmdjpeg", [compressed, target]).status == 0
            else { continue }
            for path in [compressed, target] {
                let file = try DICOMFile(bytes: Corpus.bytes(path), name: (written.path as NSString).lastPathComponent)
                #expect(PublicHeader.digest(of: file.dataSet) == PublicHeader.digest(of: written.header), "\(file.name)")
            }
            converted += 1
        }
        #expect(converted > 30)
    }
}
