import Foundation
import Synchronization
import Testing

@testable import Sending

/// A file that is sealed a moment after its study was closed leaves nothing behind.
@Suite struct SpoolUseTests {
    @Test func nobodyBeginsAfterTheEnd() async throws {
        let use = SpoolUse()
        #expect(use.writing { 1 } == 1)
        try await use.close()
        #expect(use.writing { 1 } == nil)
    }

    @Test func theEndWaitsForWhoeverWrites() async throws {
        let use = SpoolUse()
        let (begun, goesOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let isWritten = Atomic(false)
        Thread.detachNewThread {
            use.writing {
                begun.signal()
                goesOn.wait()
                isWritten.store(true, ordering: .relaxed)
            }
        }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                begun.wait()
                continuation.resume()
            }
        }
        async let closed: Void = use.close()
        // The writer goes on whether or not closing has begun to wait by now.
        goesOn.signal()
        try await closed
        let isDone = isWritten.load(ordering: .relaxed)
        #expect(isDone)
    }

    @Test func anErrorIsAnEndToo() async throws {
        let use = SpoolUse()
        #expect(throws: CancellationError.self) { try use.writing { throw CancellationError() } }
        try await use.close()
    }
}
