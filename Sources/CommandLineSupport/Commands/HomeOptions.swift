public import ArgumentParser
import Basics
import Foundation
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
            "Read options from this YAML file; the command line overrides it.",
            discussion: "Settings are named like the options ('log-format: json'); those under a command's name are for it alone.",
            valueName: "file"), completion: .file())
    public var config: String?

    public init() {}

    /// ArgumentParser calls it for every command that has these options, before the command runs.
    public func validate() throws {
        do throws(ProtocolError) { _ = try Home(option: path) } catch { throw ValidationError(error.reason) }
    }

    /// The home, whether there is anything in it or not.
    public var home: Home {
        do throws(ProtocolError) {
            return try Home(option: path)
        } catch {
            // Option and environment are what `validate()` has seen.
            preconditionFailure("\(error)")
        }
    }

    /// The home, in which there is an identity or some state.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest` where there is neither: most likely `--home` is misspelt, and nothing is to be made there.
    public func existing() throws(OperationFailure) -> Home {
        let home = home
        for folder in [home.identity, home.state] where FileManager.default.fileExists(atPath: folder.path) { return home }
        throw OperationFailure(
            .invalidRequest,
            "\(home.configuration.path): there is neither an identity nor anything else of Veilray here; check the folder, "
                + "or make an identity with 'init'")
    }
}

extension Home {
    /// The folder of `--home`, or else `$XDG_CONFIG_HOME/veilray` and `$XDG_STATE_HOME/veilray`, whose defaults are `~/.config` and
    /// `~/.local/state` (XDG Base Directory Specification 0.8: relative paths are ignored).
    ///
    /// - Throws: ``ProtocolError/Code/homeUnknown`` for an empty `--home`, and where the environment names no folder: keys are not put
    ///   into whatever folder a program happens to be started in.
    public init(
        option: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ProtocolError) {
        if let option {
            guard !option.isEmpty else { throw ProtocolError(.homeUnknown, "--home names no folder") }
            self.init(URL(filePath: option, directoryHint: .isDirectory))
            return
        }
        func base(_ variable: String, _ fallback: String) throws(ProtocolError) -> URL {
            if let path = environment[variable], path.hasPrefix("/") { return URL(filePath: path, directoryHint: .isDirectory) }
            guard let user = environment["HOME"], user.hasPrefix("/") else { throw Self.unknown(environment["HOME"]) }
            return URL(filePath: user, directoryHint: .isDirectory).appending(path: fallback, directoryHint: .isDirectory)
        }
        self.init(
            configuration: try base("XDG_CONFIG_HOME", ".config").appending(path: "veilray", directoryHint: .isDirectory),
            state: try base("XDG_STATE_HOME", ".local/state").appending(path: "veilray", directoryHint: .isDirectory))
    }

    private static func unknown(_ user: String?) -> ProtocolError {
        let fault =
            switch user {
            case nil: "HOME is not set"
            case "": "HOME is empty"
            case let user?: "HOME is '\(user)', which is no absolute path"
            }
        return ProtocolError(
            .homeUnknown, "\(fault), so there is no place for identity and state; set HOME, or give --home with a folder")
    }
}
