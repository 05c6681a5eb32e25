import DICOM
import Testing

@testable import StegoKit

/// What identifies a patient is found in the forms in which software writes it, and chance is not taken for it.
@Suite struct IdentityScanTests {
    private func scan(_ elements: [DataElement]) throws -> IdentityScan {
        var dataSet = try DICOMFile(bytes: SyntheticFile.make(), name: "scan").dataSet
        dataSet.set(DataElement(.patientName, .PN, strings: ["Kim^Lee"]))
        dataSet.set(DataElement(.patientID, .LO, strings: ["456789"]))
        dataSet.set(DataElement(.patientBirthDate, .DA, strings: ["19511223"]))
        for element in elements { dataSet.set(element) }
        return IdentityScan(of: [dataSet])
    }

    /// Some of what a compressed image is made of, with a text in it.
    private func noise(around text: [UInt8]) -> [ArraySlice<UInt8>] {
        let noise = (0..<2000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ $0 >> 3) }
        return [noise[...], (noise + text + noise)[...]]
    }

    @Test(arguments: [
        "Kim^Lee", "KIM LEE", "lee kim", "Lee, Kim", "456789", "19511223", "1951-12-23", "1951:12:23", "23.12.1951", "12/23/1951",
        "23 DEC 1951", "SERIAL-4711", "Dr. Quixote", "2.25.77.1.1",
    ]) func isFound(_ text: String) throws {
        var nested = DataSet()
        nested.set(DataElement(DICOM.Tag(0x0018, 0x1000), .LO, strings: ["SERIAL-4711"]))
        var outer = DataSet()
        outer.set(DataElement(DICOM.Tag(0x0040, 0x0275), sequence: [nested]))
        let scan = try scan([
            DataElement(DICOM.Tag(0x0008, 0x1140), sequence: [outer]), DataElement(.referringPhysicianName, .PN, strings: ["Dr. Quixote"]),
        ])
        #expect(scan.finds(in: noise(around: Array(text.utf8))))
        #expect(scan.finds(in: noise(around: text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })))
        #expect(scan.finds(in: noise(around: text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })))
        #expect(!scan.finds(in: noise(around: [])))
    }

    /// A name in a declared repertoire is found as UTF-8, and the reverse.
    @Test func otherRepertoires() throws {
        let latin = Array("Bj".utf8) + [0xF6] + Array("rk^M".utf8) + [0xFC] + Array("ller".utf8)
        let scan = try scan([
            DataElement(.specificCharacterSet, .CS, strings: ["ISO_IR 100"]), DataElement(.patientName, .PN, bytes: latin),
        ])
        #expect(scan.finds(in: noise(around: Array("Müller, Björk".utf8))))
        #expect(scan.finds(in: noise(around: Array("MÜLLER, BJÖRK".utf8))))
        // ISO 2022 with an escape sequence in front of each group: Hong^Gildong in Korean.
        let korean: [UInt8] = [
            0x48, 0x6F, 0x6E, 0x67, 0x3D, 0x1B, 0x24, 0x29, 0x43, 0xFB, 0xF3, 0x5E, 0x1B, 0x24, 0x29, 0x43, 0xD1, 0xCE, 0xD4, 0xD7,
        ]
        let other = try self.scan([
            DataElement(.specificCharacterSet, .CS, bytes: Array("\\ISO 2022 IR 149".utf8)), DataElement(.patientName, .PN, bytes: korean),
        ])
        #expect(other.finds(in: noise(around: Array("洪 吉洞".utf8))))
    }

    /// Three letters stand in every megabyte.
    @Test func shortTextsAreLeftToChance() throws {
        #expect(try !scan([]).finds(in: noise(around: Array("kim".utf8))))
        #expect(
            try !scan([DataElement(.patientID, .LO, strings: ["0000000"])]).finds(in: noise(around: [UInt8](repeating: 0x30, count: 64))))
    }
}
