import Foundation
public import Protocol

extension Home {
    /// What `--home` says, or else `$XDG_CONFIG_HOME/veilray` and `$XDG_STATE_HOME/veilray`, whose defaults are
    /// `~/.config` and `~/.local/state` (XDG Base Directory Specification 0.8: relative paths are ignored).
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
