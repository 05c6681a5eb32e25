import DICOM
import Foundation
import Testing

@testable import Receiving

@Suite struct LayoutTests {
    private func file(patient: String, study: String) throws -> DICOMFile {
        let dataSet = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.88.11"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.1.1"]),
            DataElement(.patientID, .LO, strings: [patient]),
            DataElement(.studyInstanceUID, .UI, strings: [study]),
        ])
        return try DICOMFile(
            bytes: DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .none), name: "test")
    }

    @Test func patientLayout() throws {
        #expect(try Layout.patient.path(for: "series/1.dcm", of: file(patient: "P-1", study: "2.25.1")) == "P-1/2.25.1/series/1.dcm")
        #expect(try Layout.patient.path(for: "1", of: file(patient: "", study: "")) == "NO-PATIENT-ID/NO-STUDY-UID/1")
        #expect(Layout.patient.path(for: "1", of: nil) == "NO-PATIENT-ID/NO-STUDY-UID/1")
    }

    @Test func hostileHeaders() throws {
        #expect(try Layout.patient.path(for: "1", of: file(patient: "../..", study: "..")) == "_/NO-STUDY-UID/1")
        #expect(try Layout.patient.path(for: "1", of: file(patient: "/etc", study: "a/b")) == "_etc/a_b/1")
    }

    @Test(arguments: [
        ("series/1.dcm", "series/1.dcm"), ("../../x", "file/file/x"), ("..", "file"), (".", "file"), ("", "file"), ("/", "file"),
        ("a/../../b", "a/file/file/b"), ("/etc/passwd", "etc/passwd"), ("a//b/", "a/b"), (".hidden", "hidden"),
        ("a/.veilray-x.part", "a/veilray-x.part"),
        ("\\..\\windows", "_.._windows"), ("C:x", "C_x"), ("a\u{0}b", "a_b"), ("a\nb\u{1B}[2J", "a_b_[2J"),
        ("x\u{202E}mcd.exe", "x_mcd.exe"),
        (" . . ", "file"), ("name.", "name"), ("ü.dcm", "ü.dcm"), (".\u{301}x", "\u{301}x"), ("a\u{2028}b", "a_b"),
    ]) func flatNames(_ name: String, _ path: String) {
        #expect(Layout.flat.path(for: name, of: nil) == path)
    }

    @Test(arguments: ["é", "漢", "🩻", "x", "e\u{301}"]) func longNamesAreCutBetweenCharacters(_ letter: String) {
        let (one, other) = (String(repeating: letter, count: 1000) + ".dcm", String(repeating: letter, count: 1001) + ".dcm")
        let name = SafeName.make(one, otherwise: "file")
        #expect((SafeName.longest - letter.utf8.count + 1...SafeName.longest).contains(name.utf8.count))
        #expect(name.hasSuffix(".dcm"))
        #expect(one.utf8.starts(with: name.utf8.dropLast("-0123456789ab.dcm".utf8.count)))
        #expect(name == SafeName.make(one, otherwise: "file"))
        #expect(name != SafeName.make(other, otherwise: "file"), "they begin alike")
        // Where another file has the name, digits of the content's digest come into it too.
        let path = "folder/\(name)"
        #expect(Publisher.adding(String(repeating: "f", count: 64), to: path).utf8.count <= "folder/".utf8.count + 255)
    }

    @Test(arguments: [181, 239, 240]) func namesThatFitStayWhole(_ byteCount: Int) {
        let name = String(repeating: "x", count: byteCount - 4) + ".dcm"
        #expect(Layout.flat.path(for: "series/\(name)", of: nil) == "series/\(name)")
    }

    @Test func whateverComesStaysInside() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = Generator(state: seed)
        let pieces = ["..", ".", "/", "\\", "a", " ", "\u{0}", "\u{301}", "\u{200B}", "é", "\n", "~"]
        for _ in 0..<5000 {
            let name = (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let parts = Layout.flat.path(for: name, of: nil).unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
            for part in parts {
                #expect(!part.isEmpty && part.first != "." && !part.contains("\u{0}") && !part.contains("\n"), "\(name.debugDescription)")
            }
        }
    }

    /// A linear congruential generator with the constants of Knuth's MMIX.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 33)
        }
    }
}
