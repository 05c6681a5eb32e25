import Concurrency
public import DICOM
import Dispatch
import Glibc
import Logging
import Synchronization

/// Runs codecs in worker processes, a job a worker at a time.
///
/// A worker is started when none is free and kept for later jobs; one that hangs, ends or answers nonsense is replaced and costs its job.
/// How many there are at once follows from how many threads call.
public final class CodecWorkerPool: CodecExecutor {
    private struct State {
        var idle: [WorkerProcess] = []
        var busy: [ObjectIdentifier: WorkerProcess] = [:]
        var isStopped = false
        /// Of large jobs that run.
        var memory = 0
        var waiting: [(memory: Int, semaphore: DispatchSemaphore)] = []
        var hasToldOfFilter = false
    }

    private let command: WorkerCommand
    /// Workers that are kept while they have nothing to do.
    private let kept: Int
    /// The memory that large jobs may have together; one alone may have more.
    private let memory: Int
    private let state = Mutex(State())
    private let log = Logger(label: "veilray.codecs")

    /// Jobs of less memory never wait for others.
    private static let smallJob = 512 << 20

    public init(command: WorkerCommand = .thisProgram) {
        self.command = command
        kept = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        memory = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE))) / 2
    }

    /// Starts as many workers as are kept, without waiting for them: the first files need not wait for theirs then.
    public func prepare() {
        for _ in 0..<kept {
            // Where no thread or no worker can be started, the first job says so.
            try? DedicatedThread.start(name: "veilray.worker", stackSize: DedicatedThread.largeStack) { [self] in
                guard let worker = try? started() else { return }
                giveBack(worker)
            }
        }
    }

    /// Ends all workers; jobs under way and to come throw `decoderUnavailable`.
    public func stop() {
        let (workers, waiting) = state.withLock { state in
            state.isStopped = true
            defer { (state.idle, state.waiting) = ([], []) }
            return (Array(state.busy.values) + state.idle, state.waiting)
        }
        for worker in workers { worker.kill() }
        for waiter in waiting { waiter.semaphore.signal() }
    }

    /// Workers that have a job.
    var busyCount: Int { state.withLock { $0.busy.count } }

    // MARK: The jobs

    public func decode(_ frame: EncodedFrame) throws(DICOMError) -> [UInt8] {
        let request = WorkerRequest(
            .decode(frame.description, transferSyntax: frame.transferSyntax.uid), [frame.codestream], output: frame.byteCount)
        let (answer, output) = try run(request, [frame.codestream], .decoding(frame), frame: frame.index)
        guard answer.status == .done, output.count == frame.byteCount else { throw frame.corrupt }
        return output
    }

    public func inflate(_ stream: ArraySlice<UInt8>, limit: Int) throws(DICOMError) -> InflatedStream {
        // Deflate makes 1032 bytes of one at most.
        let capacity = min(limit, stream.count * 1032 + 1024)
        let request = WorkerRequest(.inflate(limit: capacity), [stream], output: capacity)
        let (answer, output): (WorkerAnswer, [UInt8])
        do throws(DICOMError) {
            (answer, output) = try run(request, [stream], .inflating(to: capacity))
        } catch {
            guard error.code == .decoderFailed else { throw error }
            throw DICOMError(.inflationFailed, "the deflated data set cannot be inflated: \(error.reason)")
        }
        guard answer.status == .done, answer.numbers.count == 2, (0...stream.count).contains(answer.numbers[0]) else {
            throw DICOMError(.inflationFailed, "the deflated data set is corrupt, incomplete, or inflates to more than \(limit) bytes")
        }
        return InflatedStream(bytes: output, consumed: answer.numbers[0], hasZlibHeader: answer.numbers[1] == 1)
    }

    public func deflateParameters(
        reproducing stream: ArraySlice<UInt8>, inflated: [UInt8]
    ) throws(DICOMError) -> DeflateParameters? {
        let inputs = [stream, inflated[...]]
        let answer: WorkerAnswer
        do throws(DICOMError) {
            answer = try run(WorkerRequest(.findParameters, inputs, output: 0), inputs, .searching(stream.count + inflated.count)).0
        } catch {
            guard error.code == .decoderFailed else { throw error }
            return nil
        }
        let numbers = answer.numbers
        guard answer.status == .done, numbers.count == 6, (0...stream.count).contains(numbers[5]) else { return nil }
        return DeflateParameters(
            level: numbers[0], windowBits: numbers[1], memoryLevel: numbers[2], strategy: numbers[3], hasZlibHeader: numbers[4] == 1,
            trailer: Array(stream.suffix(numbers[5])))
    }

    public func deflate(_ bytes: [UInt8], _ parameters: DeflateParameters) throws(DICOMError) -> [UInt8] {
        // As deflateBound has it for the worst parameters there are, and more.
        let capacity = bytes.count + bytes.count / 4 + 4096
        let request = WorkerRequest(.deflate(parameters), [bytes[...]], output: capacity)
        let (answer, output) = try run(request, [bytes[...]], .deflating(bytes.count))
        guard answer.status == .done else { throw DICOMError(.invalidValue, "zlib refuses these parameters of deflation") }
        return output + parameters.trailer
    }

    private func run(
        _ request: WorkerRequest, _ inputs: [ArraySlice<UInt8>], _ limits: JobLimits, frame: Int? = nil
    ) throws(DICOMError) -> (WorkerAnswer, [UInt8]) {
        do throws(WorkerFailure) {
            return try attempt(request, inputs, limits)
        } catch .unavailable(let reason) {
            throw DICOMError(.decoderUnavailable, reason)
        } catch {
            let subject = frame.map { "frame \($0 + 1): " } ?? ""
            log.warning("a decoder was ended", metadata: ["reason": "\(subject)\(error.reason)"])
            throw DICOMError(.decoderFailed, subject + error.reason, tag: frame == nil ? nil : .pixelData)
        }
    }

    private func attempt(
        _ request: WorkerRequest, _ inputs: [ArraySlice<UInt8>], _ limits: JobLimits
    ) throws(WorkerFailure) -> (WorkerAnswer, [UInt8]) {
        takeMemory(limits.memory)
        defer { giveBackMemory(limits.memory) }
        do throws(WorkerFailure) {
            return try runOnce(request, inputs, limits)
        } catch .ended {
            // Something else may have ended it: a person, or the kernel in search of memory. The other idle ones may have gone with it.
            return try runOnce(request, inputs, limits, by: started())
        }
    }

    private func runOnce(
        _ request: WorkerRequest, _ inputs: [ArraySlice<UInt8>], _ limits: JobLimits, by fresh: WorkerProcess? = nil
    ) throws(WorkerFailure) -> (WorkerAnswer, [UInt8]) {
        let worker = try take(fresh)
        defer { giveBack(worker) }
        do throws(WorkerFailure) {
            return try worker.run(request, inputs, limits)
        } catch {
            try requireGoingOn()
            throw error
        }
    }

    // MARK: The workers

    private static let isStopping = WorkerFailure.unavailable("the program is being stopped")

    private func requireGoingOn() throws(WorkerFailure) {
        guard state.withLock({ !$0.isStopped }) else { throw Self.isStopping }
    }

    /// - Parameter fresh: the one to take; otherwise one that is idle, or a new one.
    private func take(_ fresh: WorkerProcess?) throws(WorkerFailure) -> WorkerProcess {
        let free = state.withLock { state -> WorkerProcess? in
            guard fresh == nil, !state.isStopped, let worker = state.idle.popLast() else { return nil }
            state.busy[ObjectIdentifier(worker)] = worker
            return worker
        }
        if let free { return free }
        try requireGoingOn()
        let worker = if let fresh { fresh } else { try started() }
        let goesOn = state.withLock { state in
            state.busy[ObjectIdentifier(worker)] = worker
            return !state.isStopped
        }
        guard goesOn else {
            giveBack(worker)
            throw Self.isStopping
        }
        return worker
    }

    private func started() throws(WorkerFailure) -> WorkerProcess {
        do throws(WorkerFailure) {
            let worker = try WorkerProcess(command)
            if !worker.isFiltered { tellOfFilter() }
            return worker
        } catch .unavailable(let reason) {
            throw .unavailable(reason)
        } catch {
            // It was given nothing yet that could be to blame.
            throw .unavailable("no decoder could be started: \(error.reason)")
        }
    }

    private func tellOfFilter() {
        let isNew = state.withLock { state in
            defer { state.hasToldOfFilter = true }
            return !state.hasToldOfFilter
        }
        if isNew { log.notice("this kernel does not filter system calls: decoders are confined by limits alone") }
    }

    private func giveBack(_ worker: WorkerProcess) {
        // Outside of the lock, if it is the last to hold it: ending it takes a moment.
        let isKept = state.withLock { state in
            state.busy[ObjectIdentifier(worker)] = nil
            guard worker.isUsable, !state.isStopped, state.idle.count < kept else { return false }
            state.idle.append(worker)
            return true
        }
        if !isKept { worker.kill() }
    }

    // MARK: Memory

    private func takeMemory(_ bytes: Int) {
        guard bytes > Self.smallJob else { return }
        let waiter = state.withLock { state -> DispatchSemaphore? in
            if state.isStopped || (state.waiting.isEmpty && hasRoom(for: bytes, state)) {
                state.memory += bytes
                return nil
            }
            let semaphore = DispatchSemaphore(value: 0)
            state.waiting.append((bytes, semaphore))
            return semaphore
        }
        waiter?.wait()
    }

    private func giveBackMemory(_ bytes: Int) {
        guard bytes > Self.smallJob else { return }
        state.withLock { state in
            state.memory -= bytes
            while let next = state.waiting.first, hasRoom(for: next.memory, state) {
                state.waiting.removeFirst()
                state.memory += next.memory
                next.semaphore.signal()
            }
        }
    }

    private func hasRoom(for bytes: Int, _ state: borrowing State) -> Bool { state.memory <= 0 || state.memory + bytes <= memory }
}

extension EncodedFrame {
    fileprivate var corrupt: DICOMError {
        DICOMError(.corruptCodestream, "frame \(index + 1) cannot be decoded as \(transferSyntax)", tag: .pixelData)
    }
}

extension WorkerRequest {
    /// Puts the output behind the inputs, at the beginning of a page.
    fileprivate init(_ task: WorkerTask, _ inputs: [ArraySlice<UInt8>], output: Int) {
        let pageSize = max(4096, sysconf(Int32(_SC_PAGESIZE)))
        let inputBytes = inputs.reduce(0) { $0 + $1.count }
        self.init(
            task: task, inputByteCounts: inputs.map(\.count), outputOffset: (inputBytes + pageSize - 1) / pageSize * pageSize,
            outputCapacity: output)
    }
}
