public import ArgumentParser
public import Protocol

/// `--home` and `--config`, which every command has.
public struct HomeOptions: ParsableArguments {
    @Option(
        name: .customLong("home"),
        help: ArgumentHelp(
            "Folder of this side's identity, trusted cards and state.",
            discussion: "By default the identity is in $XDG_CONFIG_HOME/veilray, the state in $XDG_STATE_HOME/veilray.",
            valueName: "dir"), completion: .directory)
    public var path: String?

    @Option(
        help: ArgumentHelp(
            "Read options from this YAML file; what the command line says counts.",
            discussion: "Settings are named like the options ('log-format: json'); those under a command's name are for it alone.",
            valueName: "file"), completion: .file())
    public var config: String?

    public init() {}

    public var home: Home { Home(option: path) }
}
