import DICOM
import Foundation
import Protocol
import StegoKit
import TestSupport
import Testing

@testable import Receiving

/// What kept stego files are called.
@Suite struct StegoKeeperTests {
    private let folder: TemporaryFolder
    private let study: TestStudy

    init() throws {
        folder = try TemporaryFolder()
        study = try TestStudy(["KIM_LEE_19511223/photo.dcm"])
    }

    private func stego(studyUID: String, instanceUID: String) throws -> [UInt8] {
        try DICOMWriter.write(
            dataSet: DataSet([
                DataElement(.sopClassUID, .UI, strings: ["1.2.840.10008.5.1.4.1.1.7"]),
                DataElement(.sopInstanceUID, .UI, strings: [instanceUID]),
                DataElement(.studyInstanceUID, .UI, strings: [studyUID]),
            ]), transferSyntax: .explicitLittleEndian, pixels: .none)
    }

    private func keep(_ stego: [UInt8], keepsNames: Bool) throws {
        let part = study.part(0, durable: stego.count)
        let instance = ArrivedInstance(
            transfer: study.transfer, studyUID: study.manifest.studyUID.text, peer: "clinic", sender: study.manifest.sender, position: 0,
            path: study.manifest.entries[0].path, digest: study.manifest.entries[0].digest, byteCount: 1, stegoBytes: stego.count,
            stegoDigest: part.digest, location: part.location)
        try StegoKeeper(GuardedFolder(path: folder.path), keepsNames: keepsNames)
            .keep(try StegoFile(stego, name: "the stego file"), of: instance)
    }

    @Test func theAnonymousUIDsAreTheName() throws {
        try keep(try stego(studyUID: "2.25.11", instanceUID: "2.25.12"), keepsNames: false)
        #expect(folder.files == ["2.25.11/2.25.12.dcm"])
        // The same again is the same file.
        try keep(try stego(studyUID: "2.25.11", instanceUID: "2.25.12"), keepsNames: false)
        #expect(folder.files == ["2.25.11/2.25.12.dcm"])
    }

    @Test func theClinicsNamesAreKeptWhereTheyAreWanted() throws {
        try keep(try stego(studyUID: "2.25.11", instanceUID: "2.25.12"), keepsNames: true)
        #expect(folder.files == ["KIM_LEE_19511223/photo.dcm"])
    }

    /// UIDs come from the peer, and may be anything.
    @Test(arguments: ["../../etc", "/tmp/x", "KIM^LEE", "....."]) func whatIsNoUIDIsNoName(uid: String) throws {
        // What writes DICOM here writes no such thing: it is put into a file that is in order.
        let number = "2." + String(repeating: "7", count: uid.utf8.count - 2)
        var bytes = try stego(studyUID: number, instanceUID: number)
        bytes.replace(Array(number.utf8), with: Array(uid.utf8))
        try keep(bytes, keepsNames: false)
        #expect(folder.files == ["2.25.4711/\(study.transfer)-0.dcm"])
    }
}
