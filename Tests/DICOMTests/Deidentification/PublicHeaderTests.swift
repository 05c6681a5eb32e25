import Foundation
import TestSupport
import Testing

@testable import DICOM

@Suite struct PublicHeaderTests {
    @Test func identityIsReplaced() throws {
        let file = try DICOMFile(bytes: Fixture.file(), name: "")
        let header = try PublicHeader.make(from: file, pixels: file.pixels, mapUID: Fixture.mapUID)
        #expect(header.string(.patientName) == "ANONYMOUS")
        #expect(header.string(.patientID)?.hasPrefix("ANON-") == true)
        #expect(header.string(.patientIdentityRemoved) == "YES")
        #expect(header.string(.longitudinalTemporalInformationModified) == "REMOVED")
        #expect(header.items(.deidentificationMethodCodeSequence).map { $0.string(.codeValue) } == ["113100"])
        #expect(header.string(.studyInstanceUID) == Fixture.mapUID("1.2.3.4.5"))
        #expect(header.string(.seriesInstanceUID) == Fixture.mapUID("1.2.3.4.5.6"))
        #expect(header.uid(.sopInstanceUID).map { $0 != "1.2.3.4.5.6.7.8" } == true)
        #expect(header.string(.sopClassUID) == "1.2.840.10008.5.1.4.1.1.2")
        for tag in [DICOM.Tag.studyDate, .studyTime, .patientBirthDate, .accessionNumber, .referringPhysicianName] {
            #expect(header[tag]?.isEmpty == true)
        }
    }

    /// Files that were given one SOPInstanceUID do not get one UID again, unless they are the same file.
    @Test func oneUIDInTwoFilesBecomesTwo() throws {
        let uids = try [1 as UInt8, 1, 2].map { value in
            let file = try DICOMFile(bytes: Fixture.file(pixels: [UInt8](repeating: value, count: 48)), name: "")
            return try PublicHeader.make(from: file, pixels: file.pixels, mapUID: Fixture.mapUID).uid(.sopInstanceUID)
        }
        #expect(uids[0] != nil && uids[0] == uids[1] && uids[0] != uids[2])
    }

    /// Numbers that no image has, and words in place of numbers, do not pass as numbers.
    @Test func numbersKeepToWhatTheyMeasure() throws {
        var region = DataSet()
        region.set(DataElement(.physicalDeltaX, .FD, bytes: Array("QUIXANDR".utf8)))
        region.set(DataElement(.physicalDeltaY, .FD, doubles: [0.05]))
        region.set(DataElement(.regionLocationMinX0, .UL, bytes: Array("Kim ".utf8)))
        region.set(DataElement(.regionLocationMaxX1, .UL, integers: [640]))
        var dataSet = Fixture.dataSet()
        dataSet.set(.sequenceOfUltrasoundRegions, sequence: [region])
        dataSet.set(DataElement(.energyWindowVector, .US, bytes: Array("Ki".utf8)))
        dataSet.set(DataElement(.detectorVector, .US, integers: [1]))
        dataSet.set(.redPaletteColorLookupTableDescriptor, .US, integers: [3, 0, 8])
        dataSet.set(DataElement(.redPaletteColorLookupTableData, .OW, bytes: [1, 0x4B, 2, 0x69, 3, 3]))
        // Five entries: two of their own, a line of three.
        dataSet.set(.greenPaletteColorLookupTableDescriptor, .US, integers: [5, 0, 16])
        let segments: [UInt8] = [0, 0, 2, 0, 7, 0, 8, 0, 1, 0, 3, 0, 9, 0]
        dataSet.set(DataElement(.segmentedGreenPaletteColorLookupTableData, .OW, bytes: segments))
        dataSet.set(.bluePaletteColorLookupTableDescriptor, .US, integers: [5, 0, 16])
        dataSet.set(DataElement(.segmentedBluePaletteColorLookupTableData, .OW, bytes: segments + Array("Kim Lee ".utf8)))
        let file = try DICOMFile(bytes: Fixture.file(dataSet), name: "")
        let header = try PublicHeader.make(from: file, pixels: file.pixels, mapUID: Fixture.mapUID)
        #expect(header.items(.sequenceOfUltrasoundRegions).map { $0.map(\.tag) } == [[.regionLocationMaxX1, .physicalDeltaY]])
        #expect(header[.energyWindowVector] == nil && header[.detectorVector] != nil)
        #expect(header[.redPaletteColorLookupTableData].map { Array($0.bytes) } == [1, 0, 2, 0, 3, 3])
        #expect(header[.segmentedGreenPaletteColorLookupTableData].map { Array($0.bytes) } == segments)
        #expect(header[.segmentedBluePaletteColorLookupTableData] == nil)
    }

    @Test func missingAndInvalidUIDs() throws {
        var dataSet = Fixture.dataSet()
        dataSet.remove(.studyInstanceUID)
        dataSet.set(.seriesInstanceUID, .UI, "not a uid")
        let file = try DICOMFile(bytes: Fixture.file(dataSet), name: "")
        let header = try PublicHeader.make(from: file, pixels: file.pixels, mapUID: Fixture.mapUID)
        #expect(header.uid(.studyInstanceUID) != nil && header.uid(.seriesInstanceUID) != nil)
        #expect(code { _ = try PublicHeader.make(from: file, pixels: file.pixels) { _ in "no uid" } } == .invalidValue)
    }

    @Test func objectsWithoutPixelsBecomeASmallPicture() throws {
        var report = DataSet()
        report.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.88.11")
        report.set(.sopInstanceUID, .UI, "1.2.3")
        report.set(.modality, .CS, "SR")
        let file = try DICOMFile(bytes: DICOMWriter.write(dataSet: report, transferSyntax: .explicitLittleEndian), name: "")
        let header = try PublicHeader.make(from: file, pixels: nil, mapUID: Fixture.mapUID)
        let placeholder = try #require(PublicHeader.placeholder)
        let stego = try DICOMFile(
            bytes: DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(placeholder.bytes)), name: "")
        #expect(stego.pixels == placeholder.description)
        #expect(stego.dataSet.string(.sopClassUID) == "1.2.840.10008.5.1.4.1.1.7")
        #expect(stego.dataSet.string(.modality) == "OT")
    }

    @Test(.needsCorpus) func digestSurvivesWritingAndOtherPeoplesElements() throws {
        for name in Corpus.varied {
            let file = try Corpus.file(name)
            let decoded = file.pixels == nil ? nil : try? PixelCodec.decode(file)
            let header = try PublicHeader.make(from: file, pixels: decoded?.0, mapUID: Fixture.mapUID)
            let digest = PublicHeader.digest(of: header)
            let written = try DICOMFile(bytes: DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian), name: "")
            #expect(PublicHeader.digest(of: written.dataSet) == digest, "\(file.name)")
            var extended = written.dataSet
            extended.set(.accessionNumber, .SH, "PACS-1")
            extended.set(.patientID, .LO, "PACS-2")
            extended.set(Tag(0x0009, 0x0010), .LO, "ARCHIVE")
            extended.set(.lossyImageCompression, .CS, "00")
            extended.set(.photometricInterpretation, .CS, "YBR_RCT")
            #expect(PublicHeader.digest(of: extended) == digest, "\(file.name)")
        }
    }

    @Test(arguments: [DICOM.Tag.pixelSpacing, .sopInstanceUID, .windowCenter, .rows, .instanceNumber])
    func digestNoticesChanges(tag: DICOM.Tag) throws {
        var dataSet = Fixture.dataSet()
        dataSet.set(.pixelSpacing, .DS, strings: ["0.5", "0.5"])
        dataSet.set(.windowCenter, .DS, "40")
        dataSet.set(.instanceNumber, .IS, "1")
        let file = try DICOMFile(bytes: Fixture.file(dataSet), name: "")
        var header = try PublicHeader.make(from: file, pixels: file.pixels, mapUID: Fixture.mapUID)
        let digest = PublicHeader.digest(of: header)
        header[tag] = nil
        #expect(PublicHeader.digest(of: header) != digest)
    }

    /// A vector for whoever implements docs/dicom/header-digest.md anew.
    @Test func digestOfAKnownHeader() {
        var header = DataSet()
        header.set(.sopInstanceUID, .UI, "1.2.3")
        header.set(.pixelSpacing, .DS, strings: ["0.5", "0.25"])
        header.set(.rows, .US, integers: [512])
        header.set(.patientName, .PN, "ANONYMOUS")
        let digest = PublicHeader.digest(of: header).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(digest == "137773c72bad82c5e7689656b48d9a1e4e5a0c14cd6d1b112b3b19fb3d9bce43")
    }
}
