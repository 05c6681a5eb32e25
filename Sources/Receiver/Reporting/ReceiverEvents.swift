/// The `--json` lines of `veilray-receive`; docs/json.md lists them.
enum ReceiverReport {
    struct Listening: Encodable, Sendable {
        let event = "listening"
        let host: String
        let port: UInt16
    }

    /// A sender's session began.
    struct Connected: Encodable, Sendable {
        let event = "connected"
        let peer: String
        let address: String
    }

    /// A session ended; with a reason when it was not the sender's goodbye.
    struct Disconnected: Encodable, Sendable {
        let event = "disconnected"
        let peer: String
        let address: String
        let reason: String?
    }

    /// Somebody who is not trusted, or who does not speak the protocol.
    struct Refused: Encodable, Sendable {
        let event = "refused"
        let address: String
        let reason: String
    }

    /// One file: restored, or not and why.
    struct Instance: Encodable, Sendable {
        let event = "instance"
        let name: String
        let status: Status
        var study: String?
        var peer: String?
        var path: String?
        var reason: String?
        var exact: String?
        var record: String?
        var stegoBytes: Int?
        var restoredBytes: Int?
        var unproven: [String]?

        enum Status: String, Encodable {
            case restored
            case failed
            case withdrawn
        }
    }

    struct Study: Encodable, Sendable {
        let event = "study"
        let study: String
        let peer: String
        let restored: Int
        let failed: Int
        let withdrawn: Int
    }

    struct Stopped: Encodable, Sendable {
        let event = "stopped"
        let studies: Int
    }
}
