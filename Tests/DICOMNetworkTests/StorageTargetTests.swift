import Testing

@testable import DICOMNetwork

@Suite struct StorageTargetTests {
    @Test(arguments: [
        ("PACS@10.0.0.7:104", "PACS", "10.0.0.7", 104), ("MY PACS@pacs.example.org:11112", "MY PACS", "pacs.example.org", 11112),
        ("A@B@host:1", "A@B", "host", 1), ("PACS@[2001:db8::1]:104", "PACS", "2001:db8::1", 104),
    ]) func reads(_ text: String, _ title: String, _ host: String, _ port: Int) throws {
        let target = try #require(StorageTarget(text))
        #expect(target.title.text == title)
        #expect(target.host == host)
        #expect(Int(target.port) == port)
        #expect(target.description == text)
    }

    @Test(arguments: [
        "", "PACS", "PACS@", "PACS@host", "PACS@host:", "PACS@host:0", "PACS@host:65536", "PACS@:104", "@host:104", "   @host:104",
        "SEVENTEEN-LETTERS@host:104", "BACK\\SLASH@host:104", "ÄRZTE@host:104", "PACS@2001:db8::1:104",
    ]) func refuses(_ text: String) {
        #expect(StorageTarget(text) == nil)
    }
}
