import ArgumentParser

/// What the text detector finds, misses and takes (docs/redaction/detector.md).
struct TextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text",
        abstract: "Measure the detector of text in pixels, and what is filled.",
        subcommands: [TextAreaCommand.self, TextRecallCommand.self])
}
