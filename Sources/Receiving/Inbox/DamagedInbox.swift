/// A journal that holds a value that makes no sense: damaged, or written by something else.
struct DamagedInbox: Error, CustomStringConvertible {
    let description = "the inbox's journal holds a value that makes no sense"
}

extension Optional {
    /// What must be in the journal.
    func orDamaged() throws -> Wrapped {
        guard let self else { throw DamagedInbox() }
        return self
    }
}
