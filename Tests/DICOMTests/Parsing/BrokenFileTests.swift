import TestSupport
import Testing

@testable import DICOM

/// Each way of being broken has its own error, naming the place; what does not hide the end of the file is read all the same.
@Suite struct BrokenFileTests {
    @Test(.needsCorpus) func brokenFilesOfTheCorpus() throws {
        for (name, expected) in Corpus.damage {
            #expect(code { _ = try Corpus.file(name) } == expected, "\(name)")
        }
    }

    @Test(.needsCorpus) func everyOtherFileOfTheCorpusIsRead() throws {
        for name in Corpus.whole {
            let file = try Corpus.file(name)
            if let range = file.pixelDataRange {
                #expect(range.lowerBound >= file.dataSetOffset && range.upperBound <= file.expanded.count)
            }
        }
    }

    /// The data set is read to its end, but nothing of it is taken for an image.
    private func requireDamage(_ code: DICOMError.Code, in bytes: [UInt8], at tag: DICOM.Tag? = nil) throws {
        let file = try DICOMFile(bytes: bytes, name: "damaged")
        #expect(file.damage?.code == code)
        #expect(tag == nil || file.damage?.tag == tag)
        #expect(file.pixels == nil && file.pixelDataRange == nil)
        #expect(file.expanded == bytes)
    }

    @Test func emptyAndShortFiles() {
        for count in [0, 1, 3, 4, 7, 8, 131, 132] {
            let bytes = [UInt8](repeating: 0, count: count)
            #expect(code { _ = try DICOMFile(bytes: bytes, name: "short") } == .notDICOM, "\(count) bytes")
        }
    }

    @Test func textIsNotDICOM() {
        let text = Array(String(repeating: "This is a letter about a patient.\n", count: 40).utf8)
        #expect(code { _ = try DICOMFile(bytes: text, name: "letter.txt") } == .notDICOM)
    }

    @Test func errorsNameFileElementAndOffset() throws {
        let bytes = Array(try Fixture.file().dropLast(10))
        do {
            _ = try DICOMFile(bytes: bytes, name: "cut.dcm")
            Issue.record("a truncated file was read")
        } catch {
            #expect(error.code == .truncatedPixelData)
            #expect(error.file == "cut.dcm")
            #expect(error.tag == .pixelData)
            #expect(error.description.contains("48") && error.description.contains("38"))
        }
    }

    @Test func pixelDataShorterThanDescribed() throws {
        let bytes = try Fixture.file(pixels: [UInt8](repeating: 1, count: 46))
        try requireDamage(.truncatedPixelData, in: bytes)
    }

    @Test func zeroPaddingBehindPixelsBelongsToTheTrailer() throws {
        let file = try DICOMFile(bytes: Fixture.file(pixels: [UInt8](repeating: 1, count: 48) + [0, 0, 0, 0]), name: "padded")
        #expect(file.pixelDataRange?.count == 48)
        #expect(file.pixelDataRange?.upperBound == file.expanded.count - 4)
    }

    @Test func otherExcessBelongsToTheTrailerToo() throws {
        let bytes = try Fixture.file(pixels: [UInt8](repeating: 1, count: 50))
        let file = try DICOMFile(bytes: bytes, name: "long")
        #expect(file.damage == nil)
        #expect(file.pixelDataRange?.count == 48)
        #expect(file.pixelDataRange?.upperBound == bytes.count - 2)
    }

    @Test func oddImagesMayHaveAnyPaddingByte() throws {
        let dataSet = Fixture.dataSet(rows: 3, columns: 3, bitsAllocated: 8, bitsStored: 8)
        let file = try DICOMFile(bytes: Fixture.file(dataSet, pixels: [UInt8](repeating: 7, count: 10)), name: "odd")
        #expect(file.pixelDataRange?.count == 9)
    }

    @Test(arguments: [DICOM.Tag.rows, .columns, .bitsAllocated, .bitsStored, .samplesPerPixel])
    func zeroInThePixelModule(tag: DICOM.Tag) throws {
        var dataSet = Fixture.dataSet()
        dataSet.set(tag, .US, integers: [0])
        try requireDamage(.invalidPixelModule, in: Fixture.file(dataSet), at: tag)
    }

    @Test func moreBitsStoredThanAllocated() throws {
        var dataSet = Fixture.dataSet()
        dataSet.set(.bitsStored, .US, integers: [17])
        try requireDamage(.invalidPixelModule, in: Fixture.file(dataSet))
    }

    @Test func sizesThatOverflow() throws {
        var dataSet = Fixture.dataSet()
        dataSet.set(.rows, .US, integers: [65535])
        dataSet.set(.columns, .US, integers: [65535])
        dataSet.set(.numberOfFrames, .IS, integers: [Int(Int32.max)])
        try requireDamage(.invalidPixelModule, in: Fixture.file(dataSet))
    }

    @Test func sequencesThatNestTooDeeply() throws {
        var bytes = try Fixture.file()
        // An undefined-length sequence in an item in an undefined-length sequence … in front of everything else.
        let opening: [UInt8] = [
            0x08, 0x00, 0x15, 0x11, 0x53, 0x51, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF,
        ]
        let offset = try DICOMFile(bytes: bytes, name: "").dataSetOffset
        bytes.replaceSubrange(offset..<offset, with: (0..<100_000).flatMap { _ in opening })
        #expect(code { _ = try DICOMFile(bytes: bytes, name: "deep") } == .nestedTooDeeply)
    }

    /// Behind the place that identifies the study, what cannot be read is damage; a missing end stays an error.
    @Test func damageBehindTheStudysIdentity() throws {
        let bytes = try Fixture.file()
        let sound = try DICOMFile(bytes: bytes, name: "")
        // A text of undefined length, with no items inside, in front of Samples per Pixel.
        let place = try #require(bytes.firstRange(of: [0x28, 0x00, 0x02, 0x00])).lowerBound
        let element: [UInt8] = [0x21, 0, 0x10, 0, 0x55, 0x54, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF] + Array("no item".utf8)
        let damaged = Array(bytes[..<place]) + element + Array(bytes[place...])
        let file = try DICOMFile(bytes: damaged, name: "damaged")
        #expect(file.damage?.code == .malformed)
        #expect(file.dataSet.string(.studyInstanceUID) == sound.dataSet.string(.studyInstanceUID))
        #expect(file.pixels == nil && file.expanded == damaged)
        #expect(code { _ = try DICOMFile(bytes: Array(bytes.dropLast(10)), name: "cut") } == .truncatedPixelData)
    }

    @Test func twoPixelDataElements() throws {
        let bytes = try Fixture.file()
        let pixelData = bytes.suffix(48 + 12)
        let file = try DICOMFile(bytes: bytes + pixelData, name: "twice")
        // The second one is a tail behind a complete object: it stays in the trailer and is never taken for the image.
        #expect(file.pixelDataRange?.upperBound == bytes.count)
    }

    @Test func garbageBehindTheObjectStaysInTheTrailer() throws {
        let bytes = try Fixture.file() + Array("archive tail without meaning".utf8)
        let file = try DICOMFile(bytes: bytes, name: "tail")
        #expect(file.pixelDataRange?.upperBound == bytes.count - 28)
        #expect(file.expanded == bytes)
    }

    /// header ‖ pixels ‖ trailer is the file, whatever order its pixels are in.
    @Test(.needsCorpus) func everyNativeFileOfTheCorpusIsPutTogetherAgain() throws {
        for name in Corpus.whole {
            let file = try Corpus.file(name)
            guard let range = file.pixelDataRange, let order = file.nativePixelOrder else { continue }
            let (description, native) = try PixelCodec.decode(file)
            #expect(native.count == description.byteCount)
            let again = file.expanded[..<range.lowerBound] + order.stored(native) + file.expanded[range.upperBound...]
            #expect(again == file.expanded[...], "\(file.name)")
        }
    }

    @Test func iconsAreNotThePicture() throws {
        var icon = Fixture.dataSet(rows: 2, columns: 2, bitsAllocated: 8, bitsStored: 8)
        icon.set(DataElement(.pixelData, .OB, bytes: [9, 9, 9, 9]))
        var dataSet = Fixture.dataSet()
        dataSet.set(.iconImageSequence, sequence: [icon])
        let file = try DICOMFile(bytes: Fixture.file(dataSet), name: "icon")
        #expect(file.pixels?.rows == 4)
        #expect(file.pixelDataRange.map { Array(file.expanded[$0]) } == [UInt8](repeating: 1, count: 48))
        #expect(file.dataSet.items(.iconImageSequence).first?[.pixelData]?.bytes == [9, 9, 9, 9])
    }

    @Test func floatPixelDataIsNoIntegerImage() throws {
        var dataSet = Fixture.dataSet()
        dataSet.set(DataElement(.floatPixelData, .OF, bytes: [UInt8](repeating: 0, count: 96)))
        let bytes = try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian)
        let file = try DICOMFile(bytes: bytes, name: "float")
        #expect(file.pixels == nil && file.dataSet[.floatPixelData]?.bytes.count == 96)
    }
}
