import Files
import Foundation
import Testing

@Suite struct FileLockTests {
    private let path = NSTemporaryDirectory() + "veilray-lock-\(UUID().uuidString)/inner/a.lock"

    private func isFree(_ mode: FileLock.Mode = .exclusive) throws -> Bool { try FileLock.take(path, mode) != nil }

    @Test func oneHoldsIt() throws {
        func held() throws {
            let lock = try #require(try FileLock.take(path))
            #expect(try !isFree())
            #expect(try !isFree(.shared))
            #expect(try FileLock.isTaken(path))
            withExtendedLifetime(lock) {}
        }
        #expect(try !FileLock.isTaken(path))
        try held()
        #expect(try isFree())
        #expect(try !FileLock.isTaken(path))
    }

    @Test func someMayShareIt() throws {
        let first = try #require(try FileLock.take(path, .shared))
        let second = try #require(try FileLock.take(path, .shared))
        #expect(try !isFree(.exclusive))
        #expect(try FileLock.isTaken(path))
        withExtendedLifetime((first, second)) {}
    }

    /// Whoever waits with the old file open must not believe that it holds the new one.
    @Test func aRemovedFileIsNoLock() throws {
        func removed() throws {
            let lock = try #require(try FileLock.take(path))
            lock.remove()
            #expect(try isFree(), "a new file, a new lock")
            withExtendedLifetime(lock) {}
        }
        try removed()
        #expect(try isFree())
    }

    @Test func noLinkIsFollowed() throws {
        let target = NSTemporaryDirectory() + "veilray-lock-target-\(UUID().uuidString)"
        let link = target + "-link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        defer { unlink(link) }
        #expect(throws: FileError.self) { try FileLock.take(link) }
        #expect(!FileManager.default.fileExists(atPath: target))
    }
}
