import Basics
import DICOM
import Files
import Foundation
import StegoKit
import TestSupport
import Testing

@testable import Sending

/// What a killed sender leaves of a large image that it was sealing.
@Suite struct UnfinishedFileTests {
    private static let frames = 12

    private let folder: TemporaryFolder
    private let spool: OutboxSpool
    private let key = StudyKey()

    init() throws {
        folder = try TemporaryFolder()
        spool = OutboxSpool(path: folder("spool"))
    }

    static func original() throws -> [UInt8] {
        let header = DataSet([
            DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.2.1"]),
            DataElement(.sopInstanceUID, .UI, strings: ["2.25.95.1"]), DataElement(.studyInstanceUID, .UI, strings: ["2.25.95"]),
            DataElement(.seriesInstanceUID, .UI, strings: ["2.25.95.2"]), DataElement(.modality, .CS, strings: ["CT"]),
            DataElement(.patientName, .PN, strings: ["UNFINISHED^FILE"]), DataElement(.samplesPerPixel, .US, integers: [1]),
            DataElement(.photometricInterpretation, .CS, strings: ["MONOCHROME2"]),
            DataElement(.numberOfFrames, .IS, strings: ["\(frames)"]), DataElement(.rows, .US, integers: [96]),
            DataElement(.columns, .US, integers: [96]), DataElement(.bitsAllocated, .US, integers: [16]),
            DataElement(.bitsStored, .US, integers: [12]), DataElement(.highBit, .US, integers: [11]),
            DataElement(.pixelRepresentation, .US, integers: [0]),
        ])
        let native = (0..<96 * 96 * frames).flatMap { place -> [UInt8] in [UInt8(truncatingIfNeeded: place / 96 + place * 7 % 3), 1] }
        return try DICOMWriter.write(dataSet: header, transferSyntax: .explicitLittleEndian, pixels: .native(native))
    }

    private func seal() throws -> (SealedFrames, UnpublishedStore) {
        try #require(
            try InstanceSealer(key: key).sealFrames(
                of: BytesInMemory(Self.original()), name: "image", checkpoint: spool.checkpoint(0)
            ) { try spool.makeStore(0) })
    }

    private var names: Set<String> { Set((try? FileManager.default.contentsOfDirectory(atPath: spool.path)) ?? []) }

    @Test func outlivesTheProcess() throws {
        // It ends before the file is stored.
        #expect(try seal().0.takenFrames == 0)
        #expect(names == ["0.sealing", "0.progress"])
        spool.removeAll(except: [1])
        #expect(names == ["0.sealing", "0.progress"] && spool.hasAdvanced(0))
        #expect(try seal().0.takenFrames == Self.frames)
        #expect(!spool.hasAdvanced(0), "it had all frames before")

        let (sealed, file) = try seal()
        try spool.store(file, 0)
        #expect(names == ["0.dcm"])
        let stego = try #require(spool.read(0, digest: sealed.digest))
        #expect(try InstanceRevealer().reveal(stego, name: "image") { _ in key }.bytes == Self.original())
    }

    @Test func isRemovedWithASealedFile() throws {
        _ = try seal()
        spool.removeAll(except: [0])
        #expect(names.isEmpty)
    }

    @Test func whatCannotBeReadIsLeftAside() throws {
        _ = try seal()
        try Data("{}".utf8).write(to: URL(filePath: spool.path + "/0.progress"))
        #expect(!spool.hasAdvanced(0))
        #expect(try seal().0.takenFrames == 0)
    }
}
