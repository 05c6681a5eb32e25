import Files
import Testing

@Suite struct FileNameTests {
    @Test(arguments: [
        ("a.dcm", "a-7.dcm"), ("a", "a-7"), (".hidden", ".hidden-7"), ("a.", "a.-7"), ("x/y.z/a.b.dcm", "x/y.z/a.b-7.dcm"), ("/a", "/a-7"),
        ("1.2.840.10008.1234567890", "1.2.840.10008-7.1234567890"), ("a.this is no extension", "a.this is no extension-7"),
    ]) func theExtensionStaysLast(_ path: String, _ result: String) {
        #expect(FileName.adding("7", to: path) == result)
    }

    @Test(arguments: ["é", "漢", "🩻", "x", "e\u{301}", "👩🏽‍⚕️"]) func longNamesGiveWayBetweenCharacters(_ letter: String) {
        let name = String(repeating: letter, count: 400)
        let result = FileName.adding("0123456789ab", to: "folder/\(name).dcm")
        #expect(result.hasPrefix("folder/\(letter)") && result.hasSuffix("\(letter)-0123456789ab.dcm"))
        let byteCount = result.utf8.count - "folder/".utf8.count
        #expect((FileName.longest - letter.utf8.count + 1...FileName.longest).contains(byteCount), "\(byteCount)")
    }

    @Test func oneCharacterWithHundredsOfMarks() {
        let result = FileName.adding("1", to: "a" + String(repeating: "\u{301}", count: 1000) + ".dcm", limit: 100)
        #expect(result.hasSuffix("-1.dcm"))
        #expect((98...100).contains(result.utf8.count))
    }
}
