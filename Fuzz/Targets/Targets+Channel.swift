@testable import CodecWorkers
@testable import CommandLineSupport
@testable import DICOM
@testable import SecureChannel
@testable import StegoKit

extension FuzzTarget {
    /// What a peer says inside TLS: cut anywhere, it is judged as in one piece.
    static let channelStream = FuzzTarget(
        name: "channel-stream", maximumByteCount: 512,
        seeds: {
            let opening = ZMTPOpening.greeting + ZMTPOpening.ready
            return [[7] + opening, [1] + opening + [0, 3, 1, 2, 3, 1, 1, 9, 2, 0, 0, 0, 0, 0, 0, 0, 2, 5, 6]]
        },
        run: { bytes in
            var source = ByteSource(bytes)
            let step = Int(source.byte()) % 32 + 1
            let stream = Array(source.rest)
            let (whole, pieces) = (Outcome(stream, step: max(1, stream.count)), Outcome(stream, step: step))
            try require(whole == pieces, "a stream is judged as in one piece")
        })

    private struct Outcome: Equatable {
        var code: ChannelError.Code?
        var openingBytes = 0
        var messages: UInt64 = 0
        var weight: UInt64 = 0
        var isBetween = true

        init(_ stream: [UInt8], step: Int) {
            var reader = ZMTPOpeningReader()
            var meter = ZMTPMeter(limits: .init(messageBytes: 4096, frames: 4))
            do throws(ChannelError) {
                for start in stride(from: 0, to: stream.count, by: step) {
                    let piece = stream[start..<min(start + step, stream.count)]
                    let taken = try reader.take(piece)
                    openingBytes += taken
                    let rest = Array(piece.dropFirst(taken))
                    var failure: ChannelError?
                    rest.withUnsafeBytes { buffer in
                        do throws(ChannelError) { try meter.advance(over: buffer) } catch { failure = error }
                    }
                    if let failure { throw failure }
                }
                (messages, weight, isBetween) = (meter.completedMessages, meter.announcedWeight, meter.isBetweenMessages)
            } catch {
                // How far a refused stream was followed depends on where it was cut.
                self.code = error.code
                openingBytes = 0
            }
        }
    }

    /// What passes between a program and its codec workers: neither side believes the other.
    static let workerMessage = FuzzTarget(
        name: "worker-message", maximumByteCount: 512,
        seeds: {
            let description = try SyntheticImages.description()
            let tasks: [WorkerTask] = [
                .decode(description, transferSyntax: TransferSyntax.jpeg2000Lossless.uid), .inflate(limit: 1000), .findParameters,
                .deflate(DeflateParameters(level: 6, windowBits: 15, memoryLevel: 8, strategy: 0, hasZlibHeader: false, trailer: [])),
            ]
            return tasks.map {
                [0] + WorkerRequest(task: $0, inputByteCounts: [10, 20], outputOffset: 4096, outputCapacity: 8192).encoded
            } + [[1] + WorkerAnswer(status: .done, byteCount: 9, numbers: [1, 2]).encoded]
        },
        run: { bytes in
            var source = ByteSource(bytes)
            if source.byte() == 0 {
                guard let request = WorkerRequest(source.rest) else { return }
                try require(WorkerRequest(request.encoded) == request, "a request is written as it was read")
            } else {
                guard let answer = WorkerAnswer(source.rest) else { return }
                try require(WorkerAnswer(answer.encoded) == answer, "an answer is written as it was read")
            }
        })

    /// What the person at the machine writes: settings in YAML, shapes in JSON and on the command line.
    static let settings = FuzzTarget(
        name: "settings", maximumByteCount: 1024,
        seeds: {
            let yaml = "home: /var/lib/veilray\nlog-format: json\nwatch:\n  to: lee\n  quiet: [20s, 30s]\n"
            let json = #"{"rectangles": [[100, 80, 200, 150]], "polygons": [[[10, 10], [60.5, 10], [35, 48]]]}"#
            let instances = #"{"instances": {"1.2.840.99.1.2.3": {"rectangles": [[0, 0, 64, 64]]}}}"#
            return [[0] + Array(yaml.utf8), [1] + Array(json.utf8), [1] + Array(instances.utf8), [2] + Array("10,20,30,40".utf8)]
        },
        run: { bytes in
            var source = ByteSource(bytes)
            switch source.byte() {
            case 0:
                _ = try ConfigurationFile(path: "fuzz", text: String(decoding: source.rest, as: UTF8.self), commands: ["watch"])
            case 1:
                let shapes = try RegionShapes(json: Array(source.rest)).shapes(for: "1.2.840.99.1.2.3")
                _ = try RegionOfInterest(rows: 50, columns: 60, shapes: shapes)
            default:
                let shape = try RegionShape(rectangle: String(decoding: source.rest, as: UTF8.self))
                _ = try RegionOfInterest(rows: 50, columns: 60, shapes: [shape])
            }
        })
}
