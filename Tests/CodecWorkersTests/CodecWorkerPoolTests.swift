import DICOM
import Foundation
import SeededRandomness
import Testing

@testable import CodecWorkers

/// Real worker processes: sound ones, and such as misbehave.
@Suite struct CodecWorkerPoolTests {
    private static func pool(_ kind: String = WorkerCommand.argument) -> CodecWorkerPool {
        CodecWorkerPool(command: WorkerCommand(executable: TestPrograms.worker, arguments: [kind]))
    }

    private static func failure(_ kind: String) throws -> DICOMError? {
        let frame = try TestFrame.make(as: .jpeg2000Lossless, seed: 1)
        do {
            _ = try pool(kind).decode(frame.encoded)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Sound ones

    @Test(arguments: [
        TransferSyntax.jpeg2000Lossless, .jpegLSLossless, .jpegLosslessFirstOrder, .highThroughputJPEG2000Lossless,
        .jpegXLLossless,
    ])
    func aWorkerDecodesWhatThisProcessDecodes(syntax: TransferSyntax) throws {
        let pool = Self.pool()
        for seed in 0..<6 as Range<UInt64> {
            let frame = try TestFrame.make(as: syntax, seed: seed)
            let here = try InProcessCodecs().decode(frame.encoded)
            #expect(try pool.decode(frame.encoded) == here)
            #expect(here == frame.samples)
        }
    }

    @Test func aDamagedCodestreamIsRefusedAlike() throws {
        let pool = Self.pool()
        var random = SplitMix64(seed: 5)
        for seed in 0..<20 as Range<UInt64> {
            let frame = try TestFrame.make(as: seed % 2 == 0 ? .jpeg2000Lossless : .highThroughputJPEG2000Lossless, seed: seed)
            var bytes = Array(frame.encoded.codestream)
            for _ in 0..<4 { bytes[Int.random(in: 120..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            guard
                let damaged = try? EncodedFrame(
                    codestream: bytes[...], description: frame.encoded.description, transferSyntax: frame.encoded.transferSyntax, index: 0)
            else { continue }
            #expect((try? pool.decode(damaged)) == (try? InProcessCodecs().decode(damaged)))
        }
    }

    @Test func deflatingIsTheSameToo() throws {
        let pool = Self.pool()
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 77) }
        let parameters = DeflateParameters(level: 4, windowBits: 15, memoryLevel: 8, strategy: 0, hasZlibHeader: false, trailer: [0])
        let stream = try pool.deflate(bytes, parameters)
        #expect(try stream == InProcessCodecs().deflate(bytes, parameters))
        let inflated = try pool.inflate(stream[...], limit: 1 << 20)
        #expect(inflated.bytes == bytes && inflated.consumed == stream.count - 1 && !inflated.hasZlibHeader)
        let found = try #require(try pool.deflateParameters(reproducing: stream[...], inflated: bytes))
        #expect(try pool.deflate(bytes, found) == stream)
        #expect(throws: DICOMError.self) { try pool.inflate(stream[...], limit: bytes.count - 1) }
    }

    @Test func manyThreadsShareThem() throws {
        let pool = Self.pool()
        let frames = try (0..<24 as Range<UInt64>).map { try TestFrame.make(as: .jpegLSLossless, seed: $0) }
        DispatchQueue.concurrentPerform(iterations: frames.count) { index in
            #expect((try? pool.decode(frames[index].encoded)) == frames[index].samples)
        }
    }

    // MARK: Misbehaving ones

    @Test func oneThatUsesTheProcessorForeverIsEnded() throws {
        let error = try #require(try Self.failure("hang"))
        #expect(error.code == .decoderFailed)
        #expect(error.reason.contains("processor time"))
    }

    @Test(arguments: [("crash", "signal 6"), ("exit", "exit code 7"), ("allocate", "exit code 9")])
    func oneThatEndsCostsItsFrame(kind: String, reason: String) throws {
        let error = try #require(try Self.failure(kind))
        #expect(error.code == .decoderFailed)
        #expect(error.reason.contains(reason), "\(error)")
    }

    @Test(arguments: ["longer", "negative", "unknown", "short"])
    func answersThatCannotBeAreNonsense(kind: String) throws {
        let error = try #require(try Self.failure(kind))
        #expect(error.code == .decoderFailed)
        #expect(error.reason.contains("nonsense"), "\(error)")
    }

    @Test(arguments: ["shrink", "forward"])
    func tooFewSamplesAreACorruptCodestream(kind: String) throws {
        #expect(try Self.failure(kind)?.code == .corruptCodestream)
    }

    @Test(arguments: ["socket", "execute", "truncate"])
    func aConfinedOneThatReachesOutDies(kind: String) throws {
        let error = try #require(try Self.failure(kind))
        #expect(error.code == .decoderFailed)
        #expect(error.reason.contains("signal 31"), "SIGSYS: \(error)")
    }

    /// It goes on, since OpenJPEG tries for every image; with no file.
    @Test func aConfinedOneOpensNothing() throws {
        #expect(try Self.failure("open")?.code == .corruptCodestream)
    }

    @Test func whatCannotBeStartedIsNobodysFault() throws {
        let frame = try TestFrame.make(as: .jpeg2000Lossless, seed: 1)
        let missing = CodecWorkerPool(command: WorkerCommand(executable: "/nonexistent", arguments: []))
        #expect { try missing.decode(frame.encoded) } throws: { ($0 as? DICOMError)?.code == .decoderUnavailable }
    }

    @Test func stoppingEndsWhatIsUnderWay() async throws {
        let pool = Self.pool("sleep")
        let frame = try TestFrame.make(as: .jpeg2000Lossless, seed: 1)
        let outcome = Task.detached { () -> DICOMError.Code? in
            do throws(DICOMError) {
                _ = try pool.decode(frame.encoded)
                return nil
            } catch {
                return error.code
            }
        }
        while pool.busyCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
        pool.stop()
        #expect(await outcome.value == .decoderUnavailable)
        #expect { try pool.decode(frame.encoded) } throws: { ($0 as? DICOMError)?.code == .decoderUnavailable }
    }
}

/// The helpers that `swift build` made beside the tests.
enum TestPrograms {
    static let worker =
        ((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")).map {
            ($0 as NSString).deletingLastPathComponent
        } ?? ".") + "/TestCodecWorker"
}

/// A frame of noise of some kind, and its codestream.
struct TestFrame {
    let samples: [UInt8]
    let encoded: EncodedFrame

    static func make(as syntax: TransferSyntax, seed: UInt64) throws -> TestFrame {
        var random = SplitMix64(seed: seed)
        let isColour = syntax != .jpegLSLossless && seed % 3 == 2
        let bits = isColour ? 8 : seed % 2 == 0 ? 16 : 8
        let stored = isColour ? 8 : bits - Int(seed % 4)
        let description = try PixelDescription(
            rows: Int.random(in: 40...90, using: &random), columns: Int.random(in: 40...90, using: &random),
            samplesPerPixel: isColour ? 3 : 1, photometricInterpretation: isColour ? "RGB" : "MONOCHROME2", bitsAllocated: bits,
            bitsStored: stored)
        let count = description.byteCount / (bits / 8)
        let samples = (0..<count).flatMap { _ -> [UInt8] in
            let sample = UInt16.random(in: 0...UInt16((1 << stored) - 1), using: &random)
            return bits == 16 ? [UInt8(truncatingIfNeeded: sample), UInt8(sample >> 8)] : [UInt8(truncatingIfNeeded: sample)]
        }
        let pixels = try PixelCodec.encode(samples, description, as: syntax)
        let encoded = try EncodedFrame(
            codestream: pixels.fragments[0][...], description: pixels.description, transferSyntax: syntax, index: 0)
        return TestFrame(samples: samples, encoded: encoded)
    }
}
