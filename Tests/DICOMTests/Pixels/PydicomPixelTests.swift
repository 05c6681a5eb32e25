import Foundation
import TestSupport
import Testing

@testable import DICOM

/// Decoded pixels against pydicom's with pylibjpeg: the same numbers for everything lossless, nearly the same where decoders may round.
@Suite struct PydicomPixelTests {
    /// A scan header that libjpeg of pylibjpeg refuses, a missing basic offset table, and an unreadable number of frames.
    private static let unreadableElsewhere: Set<String> = ["JPEG-lossy.dcm", "SC_rgb_jpeg.dcm", "badVR.dcm"]

    private struct Verdict: Decodable {
        let difference: Int?
        let reason: String?
    }

    @Test(.needsCorpus, .needsPython("pydicom", "numpy", "openjpeg", "libjpeg")) func samePixelsAsPydicom() async throws {
        let scratch = try TemporaryFolder()
        var arguments: [String] = []
        var isLossless: [String: Bool] = [:]
        for name in Corpus.varied {
            guard let file = try? Corpus.file(name), let pixels = file.pixels,
                pixels.bitsAllocated > 1, let (description, bytes) = try? PixelCodec.decode(file),
                description.photometricInterpretation != "YBR_FULL_422"
            else { continue }
            let frame = description.frameByteCount
            let pixelwise =
                description.planarConfiguration == 0
                ? bytes
                : (0..<description.frames).flatMap { PlanarConfiguration.interleaved(bytes[$0 * frame..<($0 + 1) * frame], description) }
            let path = Corpus.path(name)
            arguments += [path, try scratch.write(pixelwise, as: "\(arguments.count).raw")]
            isLossless[path] = file.transferSyntax.isLossless ?? false
        }
        let verdicts = try await ForeignPrograms.python(["-c", PydicomPixelTests.program] + arguments, as: [String: Verdict].self)
        #expect(verdicts.count == arguments.count / 2 && verdicts.count > 50)
        for (path, verdict) in verdicts {
            let name = (path as NSString).lastPathComponent
            let tolerance = isLossless[path] == true ? 0 : 2
            guard let difference = verdict.difference else {
                if PydicomPixelTests.unreadableElsewhere.contains(name) { continue }
                Issue.record("\(name): \(verdict.reason ?? "")")
                continue
            }
            #expect(difference <= tolerance, "\(name) differs by \(difference)")
        }
    }

    private static let program = """
        import json, sys, numpy, pydicom
        result = {}
        for path, raw in zip(sys.argv[1::2], sys.argv[2::2]):
            try:
                ds = pydicom.dcmread(path, force=True)
                if 'TransferSyntaxUID' not in ds.file_meta: ds.file_meta.TransferSyntaxUID = '1.2.840.10008.1.2'
                ds.pixel_array_options(raw=True)
                theirs = ds.pixel_array
                ours = numpy.fromfile(raw, dtype=theirs.dtype.newbyteorder('<')).reshape(theirs.shape)
                result[path] = {'difference': int(numpy.abs(ours.astype('int64') - theirs.astype('int64')).max())}
            except Exception as error:
                result[path] = {'reason': repr(error)[:300]}
        print(json.dumps(result))
        """
}
