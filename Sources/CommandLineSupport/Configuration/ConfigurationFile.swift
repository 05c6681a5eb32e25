import Basics
import Yams

/// A file with settings, in YAML: each is named like the option of the command line that it stands for.
///
/// ```yaml
/// home: /var/lib/veilray        # for every command that has the option
/// log-format: json
/// watch:                        # for this command only, before what is said above
///   to: lee
///   quiet: 20s
/// ```
struct ConfigurationFile: Sendable, Equatable {
    struct Setting: Sendable, Equatable {
        /// The command that it is for; `nil` for all.
        let command: String?
        /// Without the two dashes.
        let name: String
        let value: Value
        /// From 1.
        let line: Int
    }

    enum Value: Sendable, Equatable {
        case one(String)
        /// For options that may be repeated.
        case list([String])
        /// There is nothing behind the name.
        case none
    }

    let path: String
    let settings: [Setting]

    /// - Parameter commands: names that begin a section.
    /// - Throws: `OperationFailure` `.invalidRequest` that names file and line.
    init(path: String, text: String, commands: Set<String>) throws {
        self.path = path
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw OperationFailure(.invalidRequest, "\(path): this is no YAML: \(error)")
        }
        // A file with comments only.
        guard let root, root.null == nil else {
            settings = []
            return
        }
        settings = try Self.settings(in: root, of: nil, path, commands)
    }

    private static func settings(in node: Node, of command: String?, _ path: String, _ commands: Set<String>) throws -> [Setting] {
        guard case .mapping(let mapping) = node else {
            throw failure(path, node, "settings are written as 'name: value'")
        }
        var settings: [Setting] = []
        for (key, value) in mapping {
            guard let name = key.string else { throw failure(path, key, "a setting's name is a text") }
            if command == nil, commands.contains(name), case .mapping = value {
                settings += try Self.settings(in: value, of: name, path, commands)
            } else {
                settings.append(
                    Setting(command: command, name: name, value: try self.value(of: value, name, path), line: key.mark?.line ?? 0))
            }
        }
        return settings
    }

    private static func value(of node: Node, _ name: String, _ path: String) throws -> Value {
        if node.null != nil { return .none }
        switch node {
        case .scalar(let scalar): return .one(scalar.string)
        case .sequence(let sequence):
            return .list(
                try sequence.map { item in
                    guard case .scalar(let scalar) = item else { throw failure(path, item, "'\(name)' takes a list of plain values") }
                    return scalar.string
                })
        case .mapping, .alias: throw failure(path, node, "'\(name)' takes a plain value or a list of them")
        }
    }

    private static func failure(_ path: String, _ node: Node, _ reason: String) -> OperationFailure {
        OperationFailure(.invalidRequest, "\(path):\(node.mark?.line ?? 0): \(reason)")
    }
}
