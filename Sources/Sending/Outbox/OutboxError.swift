/// The outbox was asked for a change that cannot follow what is in it.
struct OutboxError: Error, Equatable, CustomStringConvertible {
    enum Code: Equatable {
        /// An instance is in no state from which the change leads.
        case illegalTransition
        /// There is no such transfer.
        case unknownTransfer
        /// The row cannot be read: the file was changed by something else.
        case damaged
    }

    let code: Code
    let description: String
}
