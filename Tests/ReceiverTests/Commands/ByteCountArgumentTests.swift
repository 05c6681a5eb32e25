import Testing

@testable import Receiver

@Suite struct ByteCountArgumentTests {
    @Test func sizes() {
        let sizes = [
            "0": 0, "4096": 4096, "500MB": 500_000_000, "2gb": 2_000_000_000, "64MiB": 64 << 20, "1 TB": 1_000_000_000_000,
        ]
        for (text, bytes) in sizes { #expect(ByteCountArgument(argument: text)?.bytes == bytes, "\(text)") }
        for text in ["", "MB", "-1", "1.5GB", "1XB", "99999999999TB", "٣MB"] {
            #expect(ByteCountArgument(argument: text) == nil, "\(text)")
        }
        #expect(ByteCountArgument(bytes: 1_000_000_000).description == "1GB")
        #expect(ByteCountArgument(bytes: 64 << 20).description == "64MIB")
    }
}
