import DICOM
import Foundation
import Testing

/// Every build repeats what fuzzing was begun with and what it found, so a fault that was mended stays so.
struct CorpusReplayTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "corpus", directoryHint: .isDirectory)

    @Test(arguments: FuzzTarget.all.map(\.name))
    func everyPropertyHoldsForSeedsAndCorpus(_ name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let inputs = try target.seeds() + Self.inputs(of: name)
        CodecExecution.$ofTask.withValue(KnownCodestreams()) {
            for input in inputs {
                do {
                    try target.run(input)
                } catch let broken as BrokenProperty {
                    Issue.record("\(broken), for \(input.count) bytes: \(Data(input.prefix(64)).base64EncodedString())…")
                } catch {
                    // The bytes are refused, as most are.
                }
            }
        }
    }

    @Test
    func everyFolderOfTheCorpusIsATarget() throws {
        guard FileManager.default.fileExists(atPath: Self.corpus.path) else { return }
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
        #expect(Set(folders).subtracting(FuzzTarget.all.map(\.name)).isEmpty)
    }

    @Test
    func aBrokenPropertyIsNoRefusal() {
        #expect(throws: BrokenProperty.self) { try require(1 + 1 == 3, "sums") }
    }

    private static func inputs(of name: String) throws -> [[UInt8]] {
        let folder = corpus.appending(path: name, directoryHint: .isDirectory)
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
    }
}
