import Foundation
import Testing

@testable import CommandLineSupport

@Suite(.serialized) struct IgnoredSignalsTests {
    @Test func whetherPipesWereIgnoredBeforeIsTold() {
        signal(SIGPIPE, SIG_DFL)
        #expect(!IgnoredSignals.ignore())
        #expect(IgnoredSignals.ignore())
    }

    /// Either would end the process, and this test with it.
    @Test(arguments: [SIGPIPE, SIGIO]) func theyEndNothing(_ number: Int32) {
        IgnoredSignals.ignore()
        #expect(kill(getpid(), number) == 0)
    }
}
