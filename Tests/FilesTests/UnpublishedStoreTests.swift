import Basics
import Foundation
import Testing

@testable import Files

/// Files that are written piece by piece, and read by stretches.
@Suite final class UnpublishedStoreTests {
    private let folder = NSTemporaryDirectory() + "veilray-store-\(UUID().uuidString)"

    init() throws { try AtomicFile.makeDirectories(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test func piecesAndCorrections() throws {
        let store = try UnpublishedStore(in: folder, for: "\(folder)/file")
        try store.append([1, 2, 3])
        try store.append([4, 5])
        try store.write([9, 8], at: 1)
        #expect(store.byteCount == 5)
        #expect(try store.read(1..<4) == [9, 8, 4])
        #expect(throws: FileError.self) { try store.read(3..<6) }
        #expect(throws: FileError.self) { try store.write([0], at: 5) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { $0.hasPrefix(".") })
        #expect(try AtomicFile.publish(store, as: "\(folder)/file") == .written)
        #expect(try WholeFile.read("\(folder)/file") == [1, 9, 8, 4, 5])
        let other = try UnpublishedStore(in: folder, for: "\(folder)/file")
        #expect(try AtomicFile.publish(other, as: "\(folder)/file") == .occupied)
    }

    @Test func stretchesOfAFile() throws {
        let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(try AtomicFile.publish(bytes, as: "\(folder)/file") == .written)
        let source = try FileSource("\(folder)/file", from: 100, byteCount: 2000)
        #expect(source.byteCount == 2000)
        #expect(try source.read(5..<9) == Array(bytes[105..<109]))
        #expect(try source.digest() == ContentDigest(of: Array(bytes[100..<2100])))
        var blocks: [UInt8] = []
        try source.forEachBlock(of: 10..<1999, blockByteCount: 64) { blocks += $0 }
        #expect(blocks == Array(bytes[110..<2099]))
        #expect(throws: FileError.self) { try FileSource("\(folder)/file", from: 2000, byteCount: 2000) }
        #expect(throws: FileError.self) { try FileSource(folder) }
        #expect(throws: FileError.self) { try FileSource("\(folder)/none") }
    }

    /// One that is cut while it is read is an error, and no end of the program.
    @Test func aFileThatShrinks() throws {
        #expect(try AtomicFile.publish([UInt8](repeating: 1, count: 9000), as: "\(folder)/file") == .written)
        let source = try FileSource("\(folder)/file")
        #expect(truncate("\(folder)/file", 100) == 0)
        #expect(throws: FileError.self) { try source.read(50..<200) }
    }
}
