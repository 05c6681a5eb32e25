import Files
import Foundation

/// The number by which a folder is known again, in a file of its own: after a restart, and when its file system was mounted anew, perhaps
/// with another device number. The journal has the number, too. An empty mount point has no such file.
package struct FolderMark: Hashable, Sendable, CustomStringConvertible {
    /// In the folder.
    package static let fileName = ".veilray-folder"
    private static let explanation = "veilray-receive knows this folder by the number below. Leave this file where it is."
    private static let byteLimit = 4_096

    private let number: UUID

    package var description: String { number.uuidString }

    /// A number that no folder has.
    init() { number = UUID() }

    init?(_ text: String) {
        guard let number = UUID(uuidString: text) else { return nil }
        self.number = number
    }

    /// Reads a folder's number; `nil` where it has none, or a file that says none. Blocks.
    ///
    /// - Throws: ``FileError`` when it cannot be read.
    static func read(in folder: OpenFolder) throws -> FolderMark? {
        do {
            return try folder.reach { path in
                let text = String(decoding: try WholeFile.readHead("\(path)/\(fileName)", upTo: byteLimit), as: UTF8.self)
                return text.split(separator: "\n").last.flatMap { FolderMark(String($0)) }
            }
        } catch let error as FileError where error.isMissing {
            return nil
        }
    }

    /// Reads a folder's number; gives it one where it has none. Blocks.
    ///
    /// - Throws: ``FileError``
    static func readOrMake(in folder: OpenFolder) throws -> FolderMark {
        if let mark = try read(in: folder) { return mark }
        let mark = FolderMark()
        try folder.reach { path in
            try AtomicFile.replace("\(path)/\(fileName)", with: Array("\(explanation)\n\(mark)\n".utf8))
        }
        return mark
    }
}
