import Foundation

/// The folders in which a program keeps its identity and its state.
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

    public var identity: URL { configuration.appending(path: "identity", directoryHint: .isDirectory) }
    public var trusted: URL { configuration.appending(path: "trusted", directoryHint: .isDirectory) }
    public var former: URL { configuration.appending(path: "former", directoryHint: .isDirectory) }
    public var keyring: URL { state.appending(path: "keyring", directoryHint: .isDirectory) }
}
