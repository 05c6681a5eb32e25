import Basics
import Files
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// Names that cannot be given do not hold a file up: nothing about them passes.
@Suite struct TakenNameTests {
    private let folder: TemporaryFolder
    private let spare = SpareName(transfer: TransferID(), position: 7)

    init() throws {
        folder = try TemporaryFolder()
    }

    private var into: String { folder.path + "/in" }

    private func put(_ text: String, at name: String) throws {
        let path = "\(into)/\(name)"
        try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private func name(_ text: String, as path: String, below subfolder: String? = nil) throws -> String {
        let publisher = Publisher(folder: into, layout: .flat)
        let bytes = Array(text.utf8)
        let file = try publisher.write(bytes, for: path)
        let name = try publisher.name(
            file, path, below: subfolder, spare: spare, digest: ContentDigest(of: bytes), byteCount: bytes.count)
        #expect(FileManager.default.contents(atPath: name) == Data(bytes))
        return String(name.dropFirst(into.count + 1))
    }

    @Test func aFileWhereAFolderIsNeeded() throws {
        try put("somebody's", at: "DICOM")
        #expect(try name("one", as: "DICOM/IM1") == "conflicts/\(spare.transfer)/7")
        // Restored again after a kill, it is found in its place.
        #expect(try name("one", as: "DICOM/IM1") == "conflicts/\(spare.transfer)/7")
        #expect(FileManager.default.contents(atPath: into + "/DICOM") == Data("somebody's".utf8))
    }

    @Test func evenTheFolderForConflictsIsAFile() throws {
        try put("somebody's", at: "DICOM")
        try put("somebody's", at: "conflicts")
        #expect(try name("one", as: "DICOM/IM1") == "\(spare.transfer)-7")
    }

    @Test func aNameThatIsTooLong() throws {
        let part = String(repeating: "n", count: 180)
        let path = Array(repeating: part, count: 30).joined(separator: "/")
        #expect(try name("one", as: path) == "conflicts/\(spare.transfer)/7")
    }

    @Test func bothNamesAreTaken() throws {
        try put("two", at: "image")
        let distinct = try name("one", as: "image")
        try put("three", at: distinct)
        #expect(try name("one", as: "image") == "conflicts/\(spare.transfer)/7")
    }

    @Test func aFolderWhereTheFileBelongs() throws {
        try put("somebody's", at: "image/inside")
        #expect(try name("one", as: "image").hasPrefix("image-"))
    }

    /// No name of the file's, but the folder itself: that may pass.
    @Test func theFolderOfRestoredFilesIsAFile() throws {
        try Data("a file".utf8).write(to: URL(filePath: into))
        #expect(throws: FileError.self) { try name("one", as: "image") }
    }

    // MARK: Studies that appear all at once

    private func staged(_ names: [String]) throws -> FinishedStudy {
        let instances = try names.enumerated().map { position, name in
            let path = try self.name(name, as: name, below: StagingFolder.path(of: spare.transfer))
            return PublishedInstance(position: position, path: "\(into)/\(path)", digest: ContentDigest(of: Array(name.utf8)))
        }
        return FinishedStudy(
            transfer: spare.transfer, studyUID: "2.25.1", peer: "clinic", sender: "", state: .complete, finished: Date(),
            instances: instances, failed: 0, withdrawn: 0)
    }

    @Test func aStagedStudyMeetsAFileWhereItsFolderBelongs() throws {
        let study = try staged(["DICOM/IM1", "DICOM/deep/IM2", "other/IM3"])
        try put("somebody's", at: "DICOM")
        let conflicts = "\(into)/conflicts/\(spare.transfer)"
        let places = [0: "\(conflicts)/0", 1: "\(conflicts)/1", 2: "\(into)/other/IM3"]
        #expect(try StagedStudy.publish(study) == places)
        for instance in study.instances {
            let place = try #require(places[instance.position])
            let content = try #require(FileManager.default.contents(atPath: place))
            #expect(ContentDigest(of: Array(content)) == instance.digest)
        }
        #expect(!FileManager.default.fileExists(atPath: "\(into)/\(StagingFolder.name)"))
        // Killed before the journal knew: the same places.
        #expect(try StagedStudy.publish(study) == places)
    }

    @Test func aStagedFileMeetsAFolder() throws {
        let study = try staged(["image"])
        try put("somebody's", at: "image/inside")
        let place = try #require(try StagedStudy.publish(study)[0])
        #expect(place.hasPrefix("\(into)/image-"))
        #expect(try StagedStudy.publish(study) == [0: place])
    }
}
