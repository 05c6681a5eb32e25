import SeededRandomness
import TestSupport
import Testing

@testable import DICOM

@Suite struct DeflatedStreamTests {
    private func text(_ count: Int) -> [UInt8] {
        var generator = SplitMix64(seed: 29)
        return (0..<count).map { UInt8(truncatingIfNeeded: $0 % 251 &* Int.random(in: 0...3, using: &generator)) }
    }

    /// A stream whose one block holds everything shows a wrong guess only at its end: few guesses are made.
    @Test func theSearchForParametersIsBounded() throws {
        let bytes = [UInt8](repeating: 0, count: 1_000_000)
        let odd = DeflateParameters(level: 6, windowBits: 15, memoryLevel: 8, strategy: 2, hasZlibHeader: false, trailer: [])
        let stream = try odd.deflate(bytes)
        #expect(DeflatedStream.searchParameters(reproducing: stream[...], inflated: bytes, work: 3_000_000) == nil)
        let usual = DeflateParameters(level: 6, windowBits: 15, memoryLevel: 8, strategy: 0, hasZlibHeader: false, trailer: [])
        #expect(DeflatedStream.searchParameters(reproducing: try usual.deflate(bytes)[...], inflated: bytes, work: 3_000_000) == usual)
    }

    @Test(arguments: [
        (1, 15, 8, 0), (6, 15, 8, 0), (9, 15, 9, 0), (0, 15, 8, 0), (3, 15, 7, 0), (6, 15, 8, 1), (6, 15, 8, 2), (5, 15, 9, 3),
        (4, 15, 8, 4),
        (6, 12, 8, 0),
    ])
    func parametersAreFoundAgain(level: Int, window: Int, memory: Int, strategy: Int) throws {
        let bytes = text(60_000)
        for hasZlibHeader in [false, true] {
            let made = DeflateParameters(
                level: level, windowBits: window, memoryLevel: memory, strategy: strategy, hasZlibHeader: hasZlibHeader, trailer: [0])
            let stream = try made.deflate(bytes)
            #expect(try DeflatedStream.inflate(stream[...]) == bytes)
            let found = try #require(try DeflatedStream.parameters(reproducing: stream[...], inflated: bytes))
            #expect(try found.deflate(bytes) == stream)
        }
    }

    @Test func aForeignStreamHasNoParameters() throws {
        // Two stored blocks where zlib would write one.
        let stream: [UInt8] = [0x00, 1, 0, 0xFE, 0xFF, 0x41, 0x01, 1, 0, 0xFE, 0xFF, 0x42]
        #expect(try DeflatedStream.inflate(stream[...]) == [0x41, 0x42])
        #expect(try DeflatedStream.parameters(reproducing: stream[...], inflated: [0x41, 0x42]) == nil)
    }

    @Test func damagedStreams() throws {
        let stream = try DeflateParameters(level: 6, windowBits: 15, memoryLevel: 8, strategy: 0, hasZlibHeader: false, trailer: [])
            .deflate(text(5000))
        #expect(code { _ = try DeflatedStream.inflate(stream.dropLast(20)) } == .inflationFailed)
        #expect(code { _ = try DeflatedStream.inflate([]) } == .inflationFailed)
        #expect(code { _ = try DeflatedStream.inflate([0xFF, 0xFF, 0xFF][...]) } == .inflationFailed)
    }

    @Test func bombsStopAtTheLimit() throws {
        let bomb = try DeflateParameters(level: 9, windowBits: 15, memoryLevel: 9, strategy: 0, hasZlibHeader: false, trailer: [])
            .deflate([UInt8](repeating: 0, count: 4_000_000))
        #expect(bomb.count < 5000)
        #expect(try DeflatedStream.inflateInProcess(bomb[...], limit: 4_000_000).bytes.count == 4_000_000)
        #expect(code { _ = try DeflatedStream.inflateInProcess(bomb[...], limit: 3_900_000) } == .inflationFailed)
    }

    @Test(.needsCorpus) func theDeflatedFileOfTheCorpus() throws {
        let file = try Corpus.file("pydicom/image_dfl.dcm")
        let stream = file.bytes[file.dataSetOffset...]
        let inflated = Array(file.expanded[file.dataSetOffset...])
        let parameters = try #require(try DeflatedStream.parameters(reproducing: stream, inflated: inflated))
        #expect(try file.bytes[..<file.dataSetOffset] + parameters.deflate(inflated) == file.bytes[...])
    }
}
