import CLinux
import COpenJPH
import DICOM
import Glibc

/// The worker's side: what a program is that was started with ``WorkerCommand/argument``.
public enum CodecWorker {
    private static let socket: Int32 = 3
    private static let memory: Int32 = 4

    /// Serves the parent until it is gone and ends the process, if that is what this process was started for.
    ///
    /// A program calls it first of all: it has one thread then, and has read nothing.
    public static func serveIfAsked() {
        guard CommandLine.arguments.dropFirst().first == WorkerCommand.argument else { return }
        exit(serve())
    }

    /// Confines this process and works until there is nobody to work for.
    static func serve() -> Int32 {
        // It opens a file, the only one.
        copenjph_prepare()
        CLinux_confine(max(socket, memory))
        let isFiltered = CLinux_filter_system_calls()
        guard send(WorkerAnswer(status: .ready, numbers: [isFiltered ? 1 : 0])) else { return 0 }
        var mapping = Mapping(descriptor: memory)
        while let message = receive() {
            guard let request = WorkerRequest(message), let window = mapping.window(for: request) else { return 1 }
            guard send(answer(to: request, window)) else { return 0 }
        }
        return 0
    }

    private static func answer(to request: WorkerRequest, _ window: Window) -> WorkerAnswer {
        let codecs = InProcessCodecs()
        do throws(DICOMError) {
            switch request.task {
            case .decode(let pixels, let syntax):
                let frame = try EncodedFrame(
                    codestream: window.input(0)[...], description: pixels, transferSyntax: TransferSyntax(uid: syntax), index: 0)
                return window.put(try codecs.decode(frame))
            case .inflate(let limit):
                let inflated = try codecs.inflate(window.input(0)[...], limit: limit)
                return window.put(inflated.bytes, [inflated.consumed, inflated.hasZlibHeader ? 1 : 0])
            case .findParameters:
                guard let found = try codecs.deflateParameters(reproducing: window.input(0)[...], inflated: window.input(1)) else {
                    return WorkerAnswer(status: .refused)
                }
                return WorkerAnswer(
                    status: .done,
                    numbers: [
                        found.level, found.windowBits, found.memoryLevel, found.strategy, found.hasZlibHeader ? 1 : 0, found.trailer.count,
                    ])
            case .deflate(let parameters):
                return window.put(try codecs.deflate(window.input(0), parameters))
            }
        } catch {
            return WorkerAnswer(status: .refused)
        }
    }

    private static func send(_ answer: WorkerAnswer) -> Bool {
        let message = answer.encoded
        return message.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } == message.count
    }

    private static func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: WorkerRequest.maximumByteCount)
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if count > 0 { return Array(buffer[..<count]) }
            guard count < 0, errno == EINTR else { return nil }
        }
    }
}

/// The worker's view of the shared memory. It is mapped anew when a request needs more of it than is mapped.
struct Mapping {
    let descriptor: Int32
    private var base: UnsafeMutableRawPointer?
    private var byteCount = 0

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// - Returns: nil when the memory cannot be mapped, or the request makes no sense.
    mutating func window(for request: WorkerRequest) -> Window? {
        let inputs = request.inputByteCounts.reduce(0, +)
        guard inputs <= request.outputOffset, request.outputCapacity >= 0 else { return nil }
        if request.memoryByteCount > byteCount || base == nil {
            if let base { munmap(base, byteCount) }
            let wanted = max(1, request.memoryByteCount)
            guard let mapped = mmap(nil, wanted, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED
            else { return nil }
            base = mapped
            byteCount = wanted
        }
        return base.map { Window(base: $0, request: request) }
    }
}

/// One request's part of the shared memory.
struct Window {
    let base: UnsafeMutableRawPointer
    let request: WorkerRequest

    /// A copy of one of the inputs; empty where there is none.
    func input(_ index: Int) -> [UInt8] {
        guard request.inputByteCounts.indices.contains(index) else { return [] }
        let offset = request.inputByteCounts[..<index].reduce(0, +)
        return Array(UnsafeRawBufferPointer(start: base + offset, count: request.inputByteCounts[index]))
    }

    /// Writes the output.
    func put(_ bytes: [UInt8], _ numbers: [Int] = []) -> WorkerAnswer {
        guard bytes.count <= request.outputCapacity else { return WorkerAnswer(status: .refused) }
        bytes.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(start: base + request.outputOffset, count: bytes.count).copyMemory(from: $0)
        }
        return WorkerAnswer(status: .done, byteCount: bytes.count, numbers: numbers)
    }
}
