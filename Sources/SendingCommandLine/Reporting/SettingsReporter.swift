import CommandLineSupport
import Journal
import Logging

/// Tells what became of settings that a running service has read again.
package struct SettingsReporter: Sendable {
    /// The `--json` line; docs/json/sending.md lists it.
    private struct SettingsRead: Encodable, Sendable {
        let event = "settings"
        let applied: Bool
        /// Options that were changed, too, and count from the next start on.
        var later: [String]?
        var reason: String?
    }

    /// Where `--json` lines go; `nil` for people.
    private let json: JSONLines?

    package init(json: JSONLines?) {
        self.json = json
    }

    /// - Parameter later: names of options that were changed, too, and count from the next start on.
    package func tell(later: Set<String>) {
        let names = later.sorted()
        if names.isEmpty {
            Logger(label: "veilray.serve").info("the settings were read again")
        } else {
            Console.complain("settings that count from the next start on were changed: \(names.joined(separator: ", "))")
        }
        json?.write(SettingsRead(applied: true, later: names.isEmpty ? nil : names))
    }

    /// The settings cannot be; everything is as before.
    package func tell(_ error: any Error) {
        let reason = JournalDatabase.reason(for: error)
        Console.complain("the settings are as before: \(reason)")
        json?.write(SettingsRead(applied: false, reason: reason))
    }
}
