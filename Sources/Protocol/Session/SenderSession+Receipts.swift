extension SenderSession {
    /// The session's receipts, in the order of their arrival.
    public struct Receipts: AsyncSequence, Sendable {
        let session: SenderSession

        public struct AsyncIterator: AsyncIteratorProtocol {
            let session: SenderSession

            /// `nil` when the session has ended in peace.
            public mutating func next() async throws -> InstanceReceipt? {
                try await session.nextReceipt()
            }
        }

        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(session: session) }
    }
}
