import Testing

@testable import DICOM

/// Elements whose value representation is none: what follows them tells how long they are.
@Suite struct UnknownRepresentationTests {
    /// How an element with an illegal value representation may give its length.
    enum Form: CaseIterable {
        case short, long

        func header(_ vr: [UInt8], count: Int) -> [UInt8] {
            let low = UInt8(truncatingIfNeeded: count)
            return self == .short ? vr + [low, 0] : vr + [0, 0, low, 0, 0, 0]
        }
    }

    private static let spellings: [[UInt8]] = [
        [0x20, 0x20], [0, 0], Array("??".utf8), Array("OX".utf8), Array("ZZ".utf8), Array("lo".utf8), [0xFF, 0xFF],
    ]

    /// The fixture with Patient ID under another value representation.
    private func bytes(_ vr: [UInt8], _ form: Form, value: [UInt8], tag: [UInt8] = [0x10, 0x00, 0x20, 0x00]) throws -> [UInt8] {
        let bytes = try Fixture.file()
        let place = try #require(bytes.firstRange(of: [0x10, 0x00, 0x20, 0x00, 0x4C, 0x4F]))
        // "PID-4711" behind a header of eight bytes.
        let end = place.lowerBound + 16
        return Array(bytes[..<place.lowerBound]) + tag + form.header(vr, count: value.count) + value + Array(bytes[end...])
    }

    @Test(arguments: spellings, Form.allCases)
    func illegalOnesAreRead(vr: [UInt8], form: Form) throws {
        for value in ["", "AB", "PID-4711", String(repeating: "x", count: 250)] {
            let file = try DICOMFile(bytes: bytes(vr, form, value: Array(value.utf8)), name: "illegal")
            #expect(file.dataSet[.patientID].map { Array($0.bytes) } == Array(value.utf8), "\(vr), \(form), \(value.count) bytes")
            #expect(file.dataSet.string(.studyInstanceUID) == "1.2.3.4.5")
            #expect(file.pixels?.rows == 4)
        }
    }

    @Test(arguments: spellings, Form.allCases)
    func privateOnesAreRead(vr: [UInt8], form: Form) throws {
        let file = try DICOMFile(bytes: bytes(vr, form, value: Array("private!".utf8), tag: [0x11, 0x00, 0x01, 0x10]), name: "private")
        #expect(file.dataSet[DICOM.Tag(0x0011, 0x1001)]?.bytes.count == 8)
        #expect(file.pixels?.rows == 4)
    }

    /// One element without a value representation among explicit ones.
    @Test func anImplicitOneInTheMidst() throws {
        let file = try DICOMFile(bytes: bytes([8, 0], .short, value: Array("PID-4711".utf8)).replacingLength(), name: "implicit")
        #expect(file.dataSet.string(.patientID) == "PID-4711")
        #expect(file.pixels?.rows == 4)
    }

    /// An item's tag is no element's, and would read back as something else if it were written as one. The sequence keeps its bytes.
    @Test(arguments: [false, true])
    func anItemIsNoElement(isIllegalBefore: Bool) throws {
        let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0, 4, 0, 0, 0, 1, 2, 3, 4]
        let before: [UInt8] = isIllegalBefore ? [0x08, 0x7F, 0x03, 0x00, 0, 0, 0, 0] : []
        let content = before + item
        let sequence: [UInt8] = [0x08, 0, 0x15, 0x11] + Array("SQ".utf8) + [0, 0, UInt8(content.count + 8), 0, 0, 0]
        let nested = sequence + [0xFE, 0xFF, 0x00, 0xE0, UInt8(content.count), 0, 0, 0] + content
        let bytes = try Fixture.file()
        let place = try #require(bytes.firstRange(of: [0x10, 0x00, 0x10, 0x00, 0x50, 0x4E]))
        let file = try DICOMFile(bytes: bytes[..<place.lowerBound] + nested + bytes[place.lowerBound...], name: "item")
        let element = try #require(file.dataSet[DICOM.Tag(0x0008, 0x1115)])
        #expect(element.vr == .UN && element.items.isEmpty && element.bytes.count == content.count + 8)
        let written = try DICOMWriter.write(dataSet: file.dataSet, transferSyntax: .explicitLittleEndian)
        let again = try DICOMFile(bytes: written, name: "written")
        #expect(try DICOMWriter.write(dataSet: again.dataSet, transferSyntax: .explicitLittleEndian) == written)
    }

    /// An illegal representation at the very start does not make the whole data set implicit.
    @Test(arguments: spellings)
    func theFirstElement(vr: [UInt8]) throws {
        var bytes = try Fixture.file()
        let start = try DICOMFile(bytes: bytes, name: "").dataSetOffset
        bytes.replaceSubrange(start + 4..<start + 6, with: vr)
        let file = try DICOMFile(bytes: bytes, name: "first")
        #expect(file.dataSet.string(.sopClassUID) == "1.2.840.10008.5.1.4.1.1.2")
        #expect(file.pixels?.rows == 4)
    }

    /// A sequence under the name of a text is one all the same.
    @Test func undefinedLengthOfAText() throws {
        let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
        let bytes = try Fixture.file()
        let place = try #require(bytes.firstRange(of: [0x28, 0x00, 0x02, 0x00])).lowerBound
        let element: [UInt8] = [0x21, 0, 0x10, 0, 0x55, 0x54, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF] + item
        let file = try DICOMFile(bytes: Array(bytes[..<place]) + element + Array(bytes[place...]), name: "named wrongly")
        #expect(file.damage == nil && file.dataSet[DICOM.Tag(0x0021, 0x0010)]?.items.count == 1)
        #expect(file.pixels?.rows == 4)
    }
}

extension [UInt8] {
    /// Patient ID with its length in four bytes and nothing else.
    fileprivate func replacingLength() throws -> [UInt8] {
        let place = try #require(firstRange(of: [0x10, 0x00, 0x20, 0x00, 8, 0])).lowerBound
        var bytes = self
        bytes.replaceSubrange(place + 4..<place + 8, with: [8, 0, 0, 0])
        return bytes
    }
}
