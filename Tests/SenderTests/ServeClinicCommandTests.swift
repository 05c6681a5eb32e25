import CommandLineSupport
import Testing

@testable import CommandLineSupport
@testable import Sender

@Suite struct ServeClinicCommandTests {
    /// A name that is spelt wrong would be told of as something that needs another start.
    @Test func liveSettingsAreOptions() throws {
        let options = try #require(try CommandOptions(of: VeilraySend.self).commands["serve"]?.options)
        #expect(ServeClinicCommand.liveSettings.subtracting(options.keys).isEmpty)
    }

    @Test func foldersAndTheirReceivers() throws {
        let command = try ServeClinicCommand.parse(["--watch", "/a=b/c=lee,stat,192.0.2.1:7", "--watch", "d=kim"])
        #expect(command.watch.count == 2)
        for wrong in ["/a", "=lee", "/a=", "/a=lee,later", "/a=lee,stat,stat"] {
            #expect(throws: (any Error).self) { try ServeClinicCommand.parse(["--watch", wrong]) }
        }
    }
}
