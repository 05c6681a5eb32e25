import Testing

@testable import Basics

@Suite struct QuantitiesTests {
    @Test(arguments: [
        (0, "0 B"), (812, "812 B"), (999, "999 B"), (1000, "1.0 kB"), (5_349, "5.3 kB"), (999_949, "999.9 kB"), (999_951, "1.0 MB"),
        (104_857_600, "104.9 MB"), (3_000_000_000, "3.0 GB"), (Int.max, "9223372.0 TB"),
    ]) func bytes(_ count: Int, _ text: String) {
        #expect(Quantities.bytes(count) == text)
    }

    @Test(
        arguments: [
            (0, "0.0 s"), (0.84, "0.8 s"), (9.94, "9.9 s"), (9.96, "10 s"), (45.2, "45 s"), (59.4, "59 s"), (59.7, "1 min 00 s"),
            (185, "3 min 05 s"), (3599.4, "59 min 59 s"), (3599.6, "1 h 00 min"), (7440, "2 h 04 min"),
            (-1, "–"), (.infinity, "–"), (.nan, "–"), (1e300, "–"),
        ] as [(Double, String)]) func duration(_ seconds: Double, _ text: String)
    {
        #expect(Quantities.duration(seconds) == text)
    }

    @Test func decibels() {
        #expect(Quantities.decibels(62.345) == "62.3 dB")
        #expect(Quantities.decibels(nil) == "–")
    }

    @Test func numbersAreGrouped() {
        #expect([0, 7, 999, 1000, 262_144, -1_234_567].map(Quantities.grouped) == ["0", "7", "999", "1 000", "262 144", "−1 234 567"])
        #expect(Quantities.grouped(.min).hasPrefix("−9 223"))
    }

    @Test func seconds() {
        #expect(Duration.milliseconds(1500).seconds == 1.5)
        #expect(Duration.seconds(-2).seconds == -2)
    }
}
