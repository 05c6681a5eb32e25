import Protocol

/// Where files of a study wait that is to appear all at once.
enum StagingFolder {
    /// Below the folder of restored files, so that it is on the same file system.
    static let name = ".veilray-arriving"

    /// Where the files of one study wait, below the folder of restored files.
    static func path(of transfer: TransferID) -> String { "\(name)/\(transfer)" }
}

/// Where people find the restored files of a study.
enum RestoredFolder {
    /// The deepest folder that all paths are below, of which the first and the last in order are given; `nil` where there is none, and
    /// while the files wait in the ``StagingFolder``, where people cannot find them.
    static func common(_ first: String?, _ last: String?) -> String? {
        guard let first, let last else { return nil }
        let common = zip(first.split(separator: "/").dropLast(), last.split(separator: "/").dropLast()).prefix { $0 == $1 }.map(\.0)
        return common.isEmpty || common.contains(Substring(StagingFolder.name)) ? nil : "/" + common.joined(separator: "/")
    }
}
