import Files
import Foundation
import Protocol

/// Names for a file whose own cannot be given: where it needs a folder stands a file or a link to elsewhere, it is too long for the file
/// system, or it is taken even with the digest in it. Derived from transfer and position, so that nobody else's file has them.
struct SpareName: Sendable, Hashable {
    let transfer: TransferID
    /// Place in the manifest.
    let position: Int

    init(transfer: TransferID, position: Int) {
        self.transfer = transfer
        self.position = position
    }

    init(_ instance: ArrivedInstance) {
        self.init(transfer: instance.transfer, position: instance.position)
    }

    /// Below the folder of restored files. The second one is for where `conflicts` is no folder.
    var paths: [String] { ["\(Publisher.conflicts)/\(transfer)/\(position)", "\(transfer)-\(position)"] }
}

extension FileError {
    /// Whether the name is the trouble: nothing that passes, as a full disk does, but as good as taken by something else.
    var isOfTheName: Bool { [EEXIST, ENOTDIR, EISDIR, ENAMETOOLONG, ELOOP, ENOTEMPTY, EILSEQ, EXDEV].contains(number) }
}
