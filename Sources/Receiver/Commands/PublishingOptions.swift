import ArgumentParser

/// Where restored files go; for every command that restores.
struct PublishingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder for restored files; made when it is not there.", valueName: "dir"))
    var into: String

    @Option(help: ArgumentHelp("patient: PatientID/StudyInstanceUID/name; flat: just the name the file had.", valueName: "layout"))
    var layout: Layout = .patient

    var publisher: Publisher { Publisher(folder: into, layout: layout) }
}
