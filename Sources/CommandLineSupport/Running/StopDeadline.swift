import Basics
import CodecWorkers
import Foundation
import Logging

/// Sees to it that a program that was asked to stop does, whatever it is doing.
public enum StopDeadline {
    /// What is left for putting away what was interrupted.
    private static let lastResort = Duration.seconds(4)

    /// Lets the work under way go on for a while; then ends the decoders that it may be waiting for; and, when even that was not enough,
    /// ends the process. Journals and files are always in a state that the next start can go on from.
    public static func begin(grace: Duration) {
        Thread.detachNewThread {
            pause(grace)
            CodecWorkers.stop()
            pause(lastResort)
            Logger(label: "veilray.stop").warning("stopped in the middle of something; it goes on with the next start")
            // Not exit(3): what runs at a process's end may wait for what does not end.
            _exit(ExitStatus.tryAgain.rawValue)
        }
    }

    private static func pause(_ time: Duration) { Thread.sleep(forTimeInterval: time / .seconds(1)) }
}
