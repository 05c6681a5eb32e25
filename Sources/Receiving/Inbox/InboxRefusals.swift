/// The sender used the name of a transfer that is another one's.
struct TransferConflict: Error, CustomStringConvertible {
    let description = "this transfer is known with another sender or another manifest"
}

/// There is no place for a study at the moment; its sender is to come again.
struct TooMuchAtOnce: Error, Hashable, CustomStringConvertible {
    enum Kind: Hashable, Sendable {
        case studies(Int)
        case journal
        case files
    }

    let kind: Kind

    /// For the sender, too.
    var description: String {
        switch kind {
        case .studies(let limit): "\(limit) studies of this sender have not come to their end here; try again later"
        case .journal: "the manifests of studies that have not come to their end here take too much room; try again later"
        case .files: "the studies that are being received have too many files together; try again later"
        }
    }
}
