import Foundation

/// Where a program keeps its identity and its state.
///
/// ```
/// configuration/identity/    signing.key  sealing.key  certificate.pem
/// configuration/trusted/     one card a peer
/// configuration/former/      cards that were trusted once: what their owners have signed stays verifiable
/// state/keyring/             study keys of stored stego files
/// ```
public struct Home: Sendable, Hashable {
    /// Identity and trusted cards.
    public let configuration: URL
    /// Keyring; the programs put their journals here too.
    public let state: URL

    /// One directory for everything: `DIR` and `DIR/state`, as `--home DIR` asks.
    public init(_ directory: URL) {
        configuration = directory
        state = directory.appending(path: "state", directoryHint: .isDirectory)
    }

    public init(configuration: URL, state: URL) {
        self.configuration = configuration
        self.state = state
    }

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

    public var identity: URL { configuration.appending(path: "identity", directoryHint: .isDirectory) }
    public var trusted: URL { configuration.appending(path: "trusted", directoryHint: .isDirectory) }
    public var former: URL { configuration.appending(path: "former", directoryHint: .isDirectory) }
    public var keyring: URL { state.appending(path: "keyring", directoryHint: .isDirectory) }
}
