import Foundation
import TestSupport
import Testing

@testable import DICOM

/// Our walker against pydicom's, on every file of the corpus: the same elements with the same bytes, nested ones included.
@Suite struct PydicomComparisonTests {
    @Test(.needsCorpus, .needsPython("pydicom")) func sameElementsAsPydicom() async throws {
        let theirs = try await ForeignPrograms.python(
            ["-c", PydicomComparisonTests.program] + Corpus.varied.map(Corpus.path), as: [String: [String]].self)
        #expect(theirs.count == Corpus.varied.count)
        for name in Corpus.varied {
            let file = try Corpus.file(name)
            let ours = PydicomComparisonTests.lines(file.metaInformation, "") + PydicomComparisonTests.lines(file.dataSet, "")
            let expected = theirs[Corpus.path(name)] ?? []
            let extra = Set(ours).subtracting(expected).sorted().prefix(5)
            let missing = Set(expected).subtracting(ours).sorted().prefix(5)
            #expect(extra.isEmpty && missing.isEmpty, "\(file.name): only here \(extra), only there \(missing)")
        }
    }

    /// One line for each element: path, tag, and a checksum of the value or the number of items.
    static func lines(_ dataSet: DataSet, _ path: String) -> [String] {
        dataSet.flatMap { element -> [String] in
            if element.tag.isGroupLength || element.tag == .pixelData { return [] }
            let place = path + String(element.tag.rawValue, radix: 16)
            switch element.value {
            case .bytes(let bytes): return ["\(place)=\(checksum(bytes))"]
            case .fragments(let bytes): return ["\(place)=\(checksum(bytes.dropLast(8)))"]
            case .sequence(let items):
                return ["\(place)#\(items.count)"] + items.enumerated().flatMap { lines($0.element, "\(place)[\($0.offset)].") }
            }
        }
    }

    /// Adler-32 of the value without padding, and its length.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> String {
        var value = bytes
        while let last = value.last, last == 0x20 || last == 0 { value = value.dropLast() }
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in value {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        return "\(value.count):\(b << 16 | a)"
    }

    /// pydicom keeps values raw until they are asked for. What was asked for (sequences) is walked, everything else compared as bytes.
    private static let program = """
        import json, sys, zlib, pydicom
        from pydicom.dataelem import RawDataElement
        from pydicom.sequence import Sequence
        from pydicom.filewriter import write_data_element
        from pydicom.filebase import DicomBytesIO
        UNIT = {'AT':2,'OW':2,'SS':2,'US':2,'FL':4,'OF':4,'OL':4,'SL':4,'UL':4,'FD':8,'OD':8,'OV':8,'SV':8,'UV':8}
        def checksum(value):
            value = value.rstrip(b' \\0')
            return '%d:%d' % (len(value), zlib.adler32(value) & 0xffffffff)
        def swapped(value, vr):
            unit = UNIT.get(vr, 1)
            if unit == 1: return value
            whole = len(value) - len(value) % unit
            return b''.join(value[i:i+unit][::-1] for i in range(0, whole, unit)) + value[whole:]
        def lines(ds, path, out, big):
            for tag in sorted(ds.keys()):
                if tag.element == 0 or tag == 0x7fe00010: continue
                place = path + '%x' % int(tag)
                raw = ds.get_item(tag)
                known = pydicom.datadict.dictionary_VR(tag) if pydicom.datadict.dictionary_has_tag(tag) else None
                sequence = None
                if isinstance(raw, RawDataElement):
                    value = raw.value if isinstance(raw.value, bytes) else b''
                    if raw.VR == 'SQ' or (raw.VR in (None, 'UN') and (known == 'SQ' or value[:4] == b'\\xfe\\xff\\x00\\xe0' and tag.is_private and raw.VR is None)):
                        sequence = ds[tag].value
                    elif raw.VR == 'UN' and known == 'SQ':
                        sequence = ds[tag].value
                elif raw.VR == 'SQ' or isinstance(raw.value, Sequence):
                    sequence = raw.value
                if isinstance(sequence, Sequence):
                    out.append('%s#%d' % (place, len(sequence)))
                    for i, item in enumerate(sequence): lines(item, '%s[%d].' % (place, i), out, big)
                    continue
                if isinstance(raw, RawDataElement):
                    vr = raw.VR or known or 'UN'
                    vr = {'US or SS':'US','OB or OW':'OW','US or OW':'US','US or SS or OW':'US'}.get(vr, vr)
                    value = raw.value or b''
                    out.append('%s=%s' % (place, checksum(swapped(value, vr) if big and not raw.is_little_endian else value)))
                else:
                    fp = DicomBytesIO(); fp.is_little_endian = True; fp.is_implicit_VR = True
                    write_data_element(fp, raw, ds.original_character_set if hasattr(ds, 'original_character_set') else 'iso8859')
                    out.append('%s=%s' % (place, checksum(fp.getvalue()[8:])))
        result = {}
        for path in sys.argv[1:]:
            ds = pydicom.dcmread(path, force=True)
            out = []
            for tag in sorted(ds.file_meta.keys()):
                if tag.element == 0: continue
                raw = ds.file_meta.get_item(tag)
                value = raw.value if isinstance(raw, RawDataElement) else None
                if value is None:
                    fp = DicomBytesIO(); fp.is_little_endian = True; fp.is_implicit_VR = True
                    write_data_element(fp, raw, 'iso8859'); value = fp.getvalue()[8:]
                out.append('%x=%s' % (int(tag), checksum(value)))
            lines(ds, '', out, not ds.original_encoding[1])
            result[path] = out
        print(json.dumps(result))
        """
}
