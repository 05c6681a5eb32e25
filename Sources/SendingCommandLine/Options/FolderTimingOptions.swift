import ArgumentParser
import CommandLineSupport
import Sending

/// The times after which a file of a watched folder is taken.
package struct FolderTimingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How long a file must look the same before it is taken.", valueName: "duration"))
    var stable = DurationArgument(.seconds(3))

    @Option(
        help: ArgumentHelp(
            "How long a file must look the same that may be half written: with holes, ending too early or in zeros.",
            discussion: "Longer than any pause of the program that writes the files.", valueName: "duration"))
    var settle = DurationArgument(.seconds(60))

    @Option(help: ArgumentHelp("How often a folder is looked at.", valueName: "duration"))
    var interval = DurationArgument(.seconds(1))

    package init() {}

    package func validate() throws {
        guard interval.duration >= .milliseconds(50) else { throw ValidationError("--interval takes 50ms or more") }
    }

    package func timing(quiet: DurationArgument) -> WatchedFolder.Timing {
        WatchedFolder.Timing(interval: interval.duration, stable: stable.duration, settle: settle.duration, quiet: quiet.duration)
    }
}
