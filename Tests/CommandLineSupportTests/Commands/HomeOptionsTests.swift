import Foundation
import Testing

@testable import CommandLineSupport
@testable import Protocol

@Suite struct HomeEnvironmentTests {
    @Test func optionDecidesOverEnvironment() throws {
        let home = try Home(option: "/srv/veilray", environment: ["XDG_CONFIG_HOME": "/etc/x"])
        #expect(home.identity.path == "/srv/veilray/identity")
        #expect(home.keyring.path == "/srv/veilray/state/keyring")
    }

    @Test func followsTheBaseDirectories() throws {
        let home = try Home(environment: ["XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s", "HOME": "/h"])
        #expect(home.configuration.path == "/c/veilray")
        #expect(home.state.path == "/s/veilray")
    }

    @Test func fallsBackToTheHomeDirectory() throws {
        let home = try Home(environment: ["XDG_CONFIG_HOME": "relative/is/ignored", "HOME": "/h"])
        #expect(home.configuration.path == "/h/.config/veilray")
        #expect(home.state.path == "/h/.local/state/veilray")
    }

    @Test(arguments: [
        [:], ["HOME": ""], ["HOME": "relative"], ["HOME": ".", "XDG_CONFIG_HOME": "/c"], ["XDG_STATE_HOME": "s", "XDG_CONFIG_HOME": "/c"],
    ])
    func neverTheCurrentFolder(_ environment: [String: String]) {
        let error = #expect(throws: ProtocolError.self) { try Home(environment: environment) }
        #expect(error?.code == .homeUnknown)
        #expect(error?.reason.contains("HOME") == true)
    }

    @Test func anEmptyOptionNamesNoFolder() {
        let error = #expect(throws: ProtocolError.self) { try Home(option: "", environment: ["HOME": "/h"]) }
        #expect(error?.code == .homeUnknown)
    }
}
