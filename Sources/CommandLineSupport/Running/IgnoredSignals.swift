import CLinux
import Foundation

/// Signals that would end the process for something that is no reason to end.
enum IgnoredSignals {
    /// - Returns: whether SIGPIPE was ignored before.
    @discardableResult
    static func ignore() -> Bool {
        // Somebody opens a file for writing in the moment in which it is asked whether anybody does (fcntl(2), "Leases").
        signal(SIGIO, SIG_IGN)
        // Whoever reads the output may leave early (`| head`), which must not end a transfer.
        return CLinux_ignore_signal(SIGPIPE)
    }
}
