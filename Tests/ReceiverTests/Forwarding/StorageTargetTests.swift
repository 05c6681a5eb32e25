import Testing

@testable import Receiver

@Suite struct StorageTargetTests {
    @Test(arguments: [
        ("PACS@10.0.0.7:104", "PACS", "10.0.0.7", 104), ("MY PACS@pacs.example.org:11112", "MY PACS", "pacs.example.org", 11112),
        ("A@B@host:1", "A@B", "host", 1), ("PACS@[2001:db8::1]:104", "PACS", "2001:db8::1", 104),
    ]) func reads(_ text: String, _ title: String, _ host: String, _ port: Int) throws {
        let target = try #require(StorageTarget(argument: text))
        #expect(target.title.text == title)
        #expect(target.host == host)
        #expect(Int(target.port) == port)
        #expect(target.description == text)
    }

    @Test(arguments: [
        "", "PACS", "PACS@", "PACS@host", "PACS@host:", "PACS@host:0", "PACS@host:65536", "PACS@:104", "@host:104", "   @host:104",
        "SEVENTEEN-LETTERS@host:104", "BACK\\SLASH@host:104", "ÄRZTE@host:104", "PACS@2001:db8::1:104",
    ]) func refuses(_ text: String) {
        #expect(StorageTarget(argument: text) == nil)
    }

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
