/// A number of places, and of bytes, that jobs share; whoever finds none waits, first come, first served.
///
/// It is what keeps memory bounded, whatever waits in the spool.
actor WorkSlots {
    private struct Waiter {
        let bytes: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private let byteLimit: Int
    private var free: Int
    private var bytesTaken = 0
    private var jobs = 0
    private var waiting: [Waiter] = []

    /// - Parameter bytes: how much those at work may hold together; a single job may exceed it when it is alone.
    init(count: Int, bytes: Int = .max) {
        free = count
        byteLimit = bytes
    }

    /// - Parameter bytes: give back as many.
    func take(bytes: Int = 0) async {
        if waiting.isEmpty, hasRoom(for: bytes) {
            occupy(bytes)
        } else {
            await withCheckedContinuation { waiting.append(Waiter(bytes: bytes, continuation: $0)) }
        }
    }

    func giveBack(bytes: Int = 0) {
        free += 1
        jobs -= 1
        bytesTaken -= bytes
        while let next = waiting.first, hasRoom(for: next.bytes) {
            waiting.removeFirst()
            occupy(next.bytes)
            next.continuation.resume()
        }
    }

    private func hasRoom(for bytes: Int) -> Bool {
        free > 0 && (jobs == 0 || bytes <= byteLimit - bytesTaken)
    }

    private func occupy(_ bytes: Int) {
        free -= 1
        jobs += 1
        bytesTaken += bytes
    }
}
