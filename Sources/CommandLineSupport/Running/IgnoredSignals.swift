import Foundation

/// Signals that would end the process for something that is no reason to end.
enum IgnoredSignals {
    static func ignore() {
        // Whoever reads the output may leave early (`| head`), which must not end a transfer.
        signal(SIGPIPE, SIG_IGN)
        // Somebody opens a file for writing in the moment in which it is asked whether anybody does (fcntl(2), "Leases").
        signal(SIGIO, SIG_IGN)
    }
}
