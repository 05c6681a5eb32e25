public import ArgumentParser
public import Protocol

/// `--home`, which every command has.
public struct HomeOptions: ParsableArguments {
    @Option(
        name: .customLong("home"),
        help: ArgumentHelp(
            "Folder of this side's identity, trusted cards and state.",
            discussion: "By default the identity is in $XDG_CONFIG_HOME/veilray, the state in $XDG_STATE_HOME/veilray.",
            valueName: "dir"))
    public var path: String?

    public init() {}

    public var home: Home { Home(option: path) }
}
