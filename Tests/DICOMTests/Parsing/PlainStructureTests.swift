import Testing

@testable import DICOM

/// Where readers could differ on the elements, other codestreams are out of the question.
@Suite struct PlainStructureTests {
    private let bytes: [UInt8]
    /// Where the element (0008,1030) begins, whose value has sixteen bytes.
    private let place: Int

    init() throws {
        let description = try PixelDescription(
            rows: 4, columns: 6, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12)
        var dataSet = Fixture.dataSet()
        dataSet.set(.studyDescription, .LO, "sixteen letters.")
        dataSet.set(DataElement(Tag(0x0008, 0x1115), sequence: [DataSet([DataElement(.modality, .CS, strings: ["CT"])]), DataSet()]))
        let pixels = try PixelCodec.encode([UInt8](repeating: 1, count: 48), description, as: .runLength)
        let written = try DICOMWriter.write(dataSet: dataSet, transferSyntax: .runLength, pixels: .encapsulated(pixels))
        bytes = written
        place = try #require(written.indices.first { written[$0...].starts(with: [0x08, 0, 0x30, 0x10]) })
    }

    private func obstacle(_ change: (inout [UInt8]) -> Void) throws -> String? {
        var changed = bytes
        change(&changed)
        return PlainEncapsulation.obstacle(in: try DICOMFile(bytes: changed, name: "image"))
    }

    @Test func whatTheWriterWritesIsPlain() throws {
        #expect(try obstacle { _ in } == nil)
        #expect(try obstacle { $0 += [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] } == nil)
    }

    @Test(arguments: ["??", "\0\0", "OX", "lo"]) func unknownValueRepresentations(letters: String) throws {
        #expect(try obstacle { $0.replaceSubrange(place + 4..<place + 6, with: letters.utf8) } != nil)
    }

    @Test func anImplicitElementAmongExplicitOnes() throws {
        #expect(try obstacle { $0.replaceSubrange(place + 4..<place + 8, with: [16, 0, 0, 0]) } != nil)
    }

    @Test func aTagThatComesTwice() throws {
        #expect(try obstacle { $0.insert(contentsOf: $0[place..<place + 24], at: place) } != nil)
    }

    @Test func tagsOutOfOrder() throws {
        #expect(
            try obstacle {
                $0[place + 2] = 0x00; $0[place + 3] = 0x00
            } != nil)
    }

    @Test func aFileWithoutPreamble() throws {
        #expect(try obstacle { $0.removeFirst(128) } != nil)
    }

    @Test func fragmentsWithoutAProperEnd() throws {
        #expect(bytes.suffix(8) == [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0])
        #expect(try obstacle { $0.removeLast(8) } != nil)
        #expect(try obstacle { $0.replaceSubrange($0.count - 4..<$0.count, with: [0xFF, 0xFF, 0xFF, 0xFF]) } != nil)
    }

    @Test func strayDelimitersAndAnItemThatRunsOver() throws {
        #expect(try obstacle { $0.insert(contentsOf: [0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0], at: place) } != nil)
        let item = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xFE, 0xFF, 0x00, 0xE0]) })
        #expect(try obstacle { $0[item + 4] += 8 } != nil)
    }
}
