import Basics
import Files
import Foundation
import StegoKit
import Testing

@testable import Sending

/// Which originals are gone, and which are out of reach only.
@Suite final class SealingWorkTests {
    private let folder = NSTemporaryDirectory() + "veilray-originals-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func isUnreadable(_ path: String) throws -> Bool {
        let work = SealingWork(
            sealer: InstanceSealer(key: StudyKey(), options: SealOptions()),
            decision: EncodingDecision(encoding: StegoEncoding(.j2k), reason: .asked))
        switch work.outcome(path: path, name: "image.dcm", digest: ContentDigest(of: [])) {
        case .unreadable: return true
        case .failed(_, let status):
            #expect(status == .fileAccess)
            return false
        case .sealed, .interrupted:
            Issue.record("nothing was there to seal")
            return false
        }
    }

    @Test func whatIsMissingFromItsFolderIsGone() throws {
        #expect(try !isUnreadable(folder + "/image.dcm"))
    }

    @Test func whatHasBecomeSomethingElseIsGone() throws {
        let path = folder + "/image.dcm"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(try !isUnreadable(path))
    }

    /// As where a share is not mounted.
    @Test func whoseFolderIsAwayMayComeBack() throws {
        #expect(try isUnreadable(folder + "/share/image.dcm"))
    }

    @Test func aLinkMayLeadSomewhereAgain() throws {
        let path = folder + "/image.dcm"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder + "/share/image.dcm")
        #expect(try isUnreadable(path))
    }

    @Test(arguments: [EIO, ESTALE, EMFILE, EACCES, ETIMEDOUT]) func errorsOfTheSystemMayPass(_ number: Int32) {
        #expect(!SealingWork.isForGood(FileError("read", folder + "/image.dcm", number: number)))
    }
}
