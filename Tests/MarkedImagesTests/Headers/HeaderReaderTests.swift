import DICOM
import Foundation
import Marks
import TestSupport
import Testing

@testable import MarkedImages

@Suite("Headers in every encoding")
struct HeaderReaderTests {
    @Test(
        "Text in the character sets of the standard becomes what it means",
        arguments: [
            (["ISO_IR 100"], [0x42, 0x75, 0x63, 0x5E, 0x4A, 0xE9, 0x72, 0xF4, 0x6D, 0x65], "Buc^Jérôme"),
            (["ISO_IR 144"], [0xBB, 0xEE, 0xDA, 0x63, 0x65, 0xDC, 0xD1, 0xE3, 0xE0, 0xD3], "Люкceмбург"),
            (["ISO_IR 192"], [0xE7, 0x8E, 0x8B, 0x5E, 0xE5, 0xB0, 0x8F], "王^小"),
            (["GB18030"], [0xCD, 0xF5, 0x5E, 0xD0, 0xA1], "王^小"),
            (["", "ISO 2022 IR 87"], [0x3D, 0x1B, 0x24, 0x42, 0x3B, 0x33, 0x45, 0x44, 0x1B, 0x28, 0x42, 0x5E, 0x41], "=山田^A"),
            (["", "ISO 2022 IR 149"], [0x1B, 0x24, 0x29, 0x43, 0xB1, 0xE8, 0x5E, 0x1B, 0x24, 0x29, 0x43, 0xC8, 0xF1], "김^희"),
        ] as [([String], [UInt8], String)])
    func characterSets(terms: [String], bytes: [UInt8], text: String) {
        #expect(CharacterSets(terms).text(bytes[...]) == text)
    }

    @Test("Implicit, explicit and big-endian copies of real files have the same values", .needsCorpus, .needs("dcmconv"))
    func reencoded() async throws {
        let folder = try TemporaryFolder()
        var compared = 0
        for name in Corpus.varied {
            let file = try DICOMFile(bytes: try Corpus.bytes(name), name: name)
            guard !file.isPixelDataEncapsulated, file.damage == nil else { continue }
            let values = HeaderReader.values(file.dataSet)
            for syntax in ["+ti", "+te", "+tb"] {
                let output = folder("\(compared).dcm")
                let finished = try await ForeignPrograms.run("dcmconv", ["-q", syntax, Corpus.path(name), output])
                guard finished.status == 0, let bytes = folder.bytes("\(compared).dcm") else { continue }
                let copy = try DICOMFile(bytes: bytes, name: name)
                let different = HeaderAttribute.all.filter { HeaderReader.values(copy.dataSet).text($0) != values.text($0) }
                #expect(different.isEmpty, "\(name) \(syntax): \(different.map(\.keyword))")
                compared += 1
            }
        }
        #expect(compared > 60)
    }

    @Test("Of every real file each attribute that is changed is named, and no other", .needsCorpus)
    func edits() throws {
        let blind = try #require(HeaderBlind(bytes: [UInt8](repeating: 3, count: HeaderBlind.byteCount)))
        var (files, edits) = (0, 0)
        for name in Corpus.varied {
            guard let file = try? DICOMFile(bytes: try Corpus.bytes(name), name: name) else { continue }
            let values = HeaderReader.values(file.dataSet)
            func parts(_ attribute: HeaderAttribute) -> [String] {
                let text = values.text(attribute)
                return text.isEmpty ? [] : text.split(separator: "\\", omittingEmptySubsequences: false).map(String.init)
            }
            let commitment = HeaderCommitment(values, blind)
            #expect(commitment.findings(HeaderValues(parts), blind).isEmpty, "\(name)")
            files += 1
            for edited in HeaderAttribute.all where !parts(edited).isEmpty {
                let other = edited.kind == .number ? "4242.5" : edited.kind == .time ? "235959.25" : "Other"
                let findings = commitment.findings(HeaderValues { $0 == edited ? [other] : parts($0) }, blind)
                #expect(findings.map(\.attribute) == [edited], "\(name)")
                edits += 1
            }
        }
        print("headers: \(edits) edits of single attributes in \(files) files")
        #expect(edits > 500)
    }
}
