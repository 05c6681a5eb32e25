import ArgumentParser
import CommandLineSupport
import Foundation
import Receiving

/// The folder and the layout of restored files; for every command that restores.
struct PublishingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder for restored files; made when it is not there.", valueName: "dir"), completion: .directory)
    var into: String

    @Option(help: ArgumentHelp("patient: PatientID/StudyInstanceUID/name; flat: just the name the file had.", valueName: "layout"))
    var layout: Layout = .patient

    @OptionGroup var permissions: CreationMaskOptions

    /// The folder's path is absolute, since the journal outlives this process and its working directory.
    var folder: String { Self.absolute(into) }

    var publisher: Publisher { Publisher(folder: folder, layout: layout) }

    static func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }
}

// Choices of the engine as a command line gives them.
extension Layout: ExpressibleByArgument {}
