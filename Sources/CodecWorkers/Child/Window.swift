import Glibc

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
