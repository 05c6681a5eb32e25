import Dispatch
public import Files
import Foundation

/// Tells that an SQLite journal was written to, by whichever process: the kernel says so (inotify(7)).
///
/// Changes that come close together are told once or twice. Of a file system on another machine only this machine's changes are told.
public final class JournalNotice: Sendable {
    /// How long nothing is told after something was: a transaction is several writes.
    private static let pause = 0.1
    /// Events of one read; each has a name of at most 255 bytes behind it.
    private static let bufferSize = 64 * 1024

    // Set once in `init`, and used again by `deinit` alone, which runs when no other reference is left: no two threads use it at once.
    nonisolated(unsafe) private let source: any DispatchSourceRead

    /// - Parameters:
    ///   - path: the database's file, which need not be there; its folder must be.
    ///   - tell: called on a thread of its own, for as long as this object lives.
    /// - Throws: `FileError` where the folder cannot be watched, or too many are watched on this machine.
    public init(of path: String, tell: @escaping @Sendable () -> Void) throws(FileError) {
        let (folder, name) = (AtomicFile.parent(of: path), (path as NSString).lastPathComponent)
        let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard descriptor >= 0 else { throw FileError("watch", folder) }
        guard inotify_add_watch(descriptor, folder, UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO)) >= 0 else {
            let error = FileError("watch", folder)
            close(descriptor)
            throw error
        }
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: DispatchQueue(label: "veilray.journal"))
        source.setEventHandler {
            guard Self.read(descriptor, about: name) else { return }
            tell()
            Thread.sleep(forTimeInterval: Self.pause)
        }
        source.setCancelHandler { close(descriptor) }
        source.resume()
    }

    deinit { source.cancel() }

    /// Takes all events that there are.
    ///
    /// - Returns: whether one is about the database's file or one of those beside it, or events were lost.
    private static func read(_ descriptor: Int32, about name: String) -> Bool {
        var isAbout = false
        var buffer = [UInt8](repeating: 0, count: bufferSize)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return isAbout }
            buffer.withUnsafeBytes { bytes in
                var start = 0
                let header = MemoryLayout<inotify_event>.size
                while start + header <= count {
                    let event = bytes.loadUnaligned(fromByteOffset: start, as: inotify_event.self)
                    let end = min(start + header + Int(event.len), count)
                    let file = String(decoding: bytes[start + header..<end].prefix { $0 != 0 }, as: UTF8.self)
                    if file.hasPrefix(name) || event.mask & UInt32(IN_Q_OVERFLOW) != 0 { isAbout = true }
                    start = end
                }
            }
        }
    }
}
