import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Foundation
import Receiving

/// `use-folder`: a person says that a folder takes the place of the one that was received into before.
struct UseFolderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use-folder",
        abstract: "Have 'serve' receive into another folder under the path of an earlier one.",
        discussion: """
            'serve' knows the folders of --into and --keep-stego by a number in their file '\(FolderMark.fileName)'. Where another folder \
            or none has the path, as when a share is not mounted, it waits. Use this when the other folder is meant: after the disk was \
            replaced, or the folder emptied. Works while 'serve' runs, which goes on within a second.

            Example: veilray-receive use-folder /srv/studies

            Exit codes: 0 done, 64 nothing was received under this path yet, 74 the folder is not there or cannot be written.
            """)

    @Argument(help: ArgumentHelp("The folder, as 'serve' names it.", valueName: "dir"), completion: .directory)
    var folder: String

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            let state = try home.existing().state
            let path = PublishingOptions.absolute(folder)
            guard Inbox.exists(in: state) else { throw Self.unknown(path) }
            try await WorkerPool(label: "veilray.folder", width: 1).run {
                guard try Inbox(state: state).useFolder(path) else { throw Self.unknown(path) }
            }
            if !output.json { Console.say("Files are received into \(path), as it is now.") }
        }
    }

    private static func unknown(_ path: String) -> OperationFailure {
        OperationFailure(.invalidRequest, "nothing was received into \(path) yet; 'serve' takes it as it is")
    }
}
