import ChildProcesses
import DICOM

/// A task for a worker. Bytes travel in the memory that both sides map; a message says where they are.
enum WorkerTask: Sendable, Equatable {
    /// Input: the codestream. Output: the samples.
    case decode(PixelDescription, transferSyntax: String)
    /// Input: the stream. Output: what it inflates to.
    case inflate(limit: Int)
    /// Inputs: the stream, and what it inflates to. The answer's numbers are the parameters.
    case findParameters
    /// Input: the bytes. Output: the stream without its trailer.
    case deflate(DeflateParameters)
}

/// One request, a single message of at most ``maximumByteCount`` bytes.
struct WorkerRequest: Sendable, Equatable {
    static let maximumByteCount = 1024

    let task: WorkerTask
    /// The inputs stand at the beginning of the memory, one behind the other.
    let inputByteCounts: [Int]
    /// Where the output goes; a multiple of a page's size.
    let outputOffset: Int
    let outputCapacity: Int

    /// Bytes that the memory has.
    var memoryByteCount: Int { outputOffset + outputCapacity }
}

/// A worker's answer: a single message.
struct WorkerAnswer: Sendable, Equatable {
    enum Status: Int, Sendable {
        /// The worker is ready; the numbers say whether its system calls are filtered.
        case ready
        case done
        /// The bytes are not what they should be.
        case refused
    }

    let status: Status
    /// Bytes of the output.
    var byteCount = 0
    var numbers: [Int] = []
}

// MARK: As bytes

extension WorkerRequest {
    var encoded: [UInt8] {
        var writer = MessageWriter()
        switch task {
        case .decode(let pixels, let syntax):
            writer.put(0)
            writer.put(pixels)
            writer.put(syntax)
        case .inflate(let limit):
            writer.put(1)
            writer.put(limit)
        case .findParameters: writer.put(2)
        case .deflate(let parameters):
            writer.put(3)
            writer.put(parameters.level)
            writer.put(parameters.windowBits)
            writer.put(parameters.memoryLevel)
            writer.put(parameters.strategy)
            writer.put(parameters.hasZlibHeader)
        }
        writer.put(outputOffset)
        writer.put(outputCapacity)
        for count in inputByteCounts { writer.put(count) }
        return writer.bytes
    }

    init?(_ bytes: some Sequence<UInt8>) {
        var reader = MessageReader(bytes)
        switch reader.number() {
        case 0:
            guard let pixels = reader.pixels(), let syntax = reader.text() else { return nil }
            task = .decode(pixels, transferSyntax: syntax)
        case 1:
            guard let limit = reader.number() else { return nil }
            task = .inflate(limit: limit)
        case 2: task = .findParameters
        case 3:
            guard let level = reader.number(), let window = reader.number(), let memory = reader.number(), let strategy = reader.number(),
                let hasHeader = reader.flag()
            else { return nil }
            task = .deflate(
                DeflateParameters(
                    level: level, windowBits: window, memoryLevel: memory, strategy: strategy, hasZlibHeader: hasHeader, trailer: []))
        default: return nil
        }
        guard let offset = reader.number(), let capacity = reader.number() else { return nil }
        outputOffset = offset
        outputCapacity = capacity
        var counts: [Int] = []
        while let count = reader.number() { counts.append(count) }
        inputByteCounts = counts
    }
}

extension WorkerAnswer {
    var encoded: [UInt8] {
        var writer = MessageWriter()
        writer.put(status.rawValue)
        writer.put(byteCount)
        for number in numbers { writer.put(number) }
        return writer.bytes
    }

    /// A worker's words are not believed: numbers are whatever it sent.
    init?(_ bytes: some Sequence<UInt8>) {
        var reader = MessageReader(bytes)
        guard let status = reader.number().flatMap(Status.init(rawValue:)), let count = reader.number() else { return nil }
        self.status = status
        byteCount = count
        while let number = reader.number() { numbers.append(number) }
    }
}

extension MessageWriter {
    fileprivate mutating func put(_ pixels: PixelDescription) {
        for number in [
            pixels.rows, pixels.columns, pixels.samplesPerPixel, pixels.planarConfiguration, pixels.bitsAllocated, pixels.bitsStored,
            pixels.highBit,
        ] { put(number) }
        put(pixels.isSigned)
        put(pixels.photometricInterpretation)
    }
}

extension MessageReader {
    /// One frame of pixels; padding values are of no account to a decoder.
    fileprivate mutating func pixels() -> PixelDescription? {
        guard let rows = number(), let columns = number(), let samples = number(), let planar = number(), let allocated = number(),
            let stored = number(), let high = number(), let isSigned = flag(), let color = text()
        else { return nil }
        return try? PixelDescription(
            rows: rows, columns: columns, samplesPerPixel: samples, planarConfiguration: planar, photometricInterpretation: color,
            bitsAllocated: allocated, bitsStored: stored, highBit: high, isSigned: isSigned)
    }
}
