public import Basics
import Foundation
public import GRDB

/// A journal that cannot be opened.
public struct JournalError: ClassifiedFailure, CustomStringConvertible, Sendable {
    public let path: String
    /// The sentence for people, without the path: what happened and what to do.
    public let reason: String

    public var kind: FailureKind { .fileAccess }
    public var description: String { "\(path): \(reason)" }

    init(_ path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    init(_ path: String, _ error: DatabaseError) {
        self.path = path
        reason = Self.reason(for: error, besides: path)
    }

    /// The meaning of a journal's error, without SQL, for people.
    ///
    /// - Parameter path: a file of the file system that the journal is on.
    static func reason(for error: DatabaseError, besides path: String? = nil) -> String {
        switch error.resultCode {
        case .SQLITE_FULL: return diskIsFull
        // A full disk also shows when a side file cannot be made larger.
        case .SQLITE_IOERR where path.map(isFull) ?? false: return diskIsFull
        case .SQLITE_IOERR:
            return "the journal cannot be read or written: the disk is full or fails (SQLite code \(error.extendedResultCode.rawValue))"
        case .SQLITE_READONLY, .SQLITE_PERM: return "the journal cannot be written; check its permissions and its owner"
        case .SQLITE_BUSY, .SQLITE_LOCKED: return "another program has held the journal for half a minute; try again"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return "the journal is damaged, or this file is none"
        case .SQLITE_CANTOPEN where error.message?.contains(diskFullWords) == true: return diskIsFull
        case .SQLITE_CANTOPEN where path.map(isFull) ?? false: return diskIsFull
        default:
            return error.message.map { "the journal cannot be used: \($0)" }
                ?? "the journal cannot be used (SQLite code \(error.extendedResultCode.rawValue))"
        }
    }

    private static let diskIsFull = "the journal cannot be written: the disk is full; make room and try again"
    private static var diskFullWords: String { systemMessage(ENOSPC) }

    /// Less than a few pages are left.
    private static func isFull(_ path: String) -> Bool {
        var status = statvfs()
        guard statvfs(URL(filePath: path).deletingLastPathComponent().path, &status) == 0 else { return false }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize) < 64 << 10
    }
}

extension DatabaseError: ClassifiedFailure {
    /// A journal's error is its disk's, or its file's.
    public var kind: FailureKind { .fileAccess }
}
