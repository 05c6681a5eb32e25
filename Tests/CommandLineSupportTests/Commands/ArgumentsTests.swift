import Basics
import CommandLineSupport
import Testing

@Suite struct DurationArgumentTests {
    @Test(
        arguments: [
            ("0", Duration.zero), ("90", .seconds(90)), ("1.5s", .milliseconds(1500)), ("250ms", .milliseconds(250)),
            ("10m", .seconds(600)),
            ("2h", .seconds(7200)), ("1d", .seconds(86_400)),
        ] as [(String, Duration)]) func readsTimes(_ text: String, _ duration: Duration)
    {
        #expect(DurationArgument(argument: text)?.duration == duration)
    }

    @Test(arguments: ["", "s", "-1s", "1w", "1e99d", "nan", "inf", "10 m", "100000d"]) func refusesOthers(_ text: String) {
        #expect(DurationArgument(argument: text) == nil)
    }

    @Test(arguments: ["10m", "2h", "1d", "90s", "250ms", "0s"]) func saysThemAsTheyAreWritten(_ text: String) {
        #expect(DurationArgument(argument: text)?.defaultValueDescription == text)
    }
}
