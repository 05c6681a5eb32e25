import Testing

@testable import Receiving

@Suite struct RestoredFolderTests {
    @Test func commonFolders() {
        #expect(RestoredFolder.common("/in/a.dcm", "/in/b.dcm") == "/in")
        #expect(RestoredFolder.common("/in/ab/a.dcm", "/in/abc/a.dcm") == "/in")
        #expect(RestoredFolder.common("/in/a.dcm", "/in/a.dcm") == "/in")
        #expect(RestoredFolder.common("/a.dcm", "/b.dcm") == nil)
        #expect(RestoredFolder.common(nil, nil) == nil)
        #expect(RestoredFolder.common("/in/.veilray-arriving/x/a.dcm", "/in/.veilray-arriving/x/b.dcm") == nil)
    }
}
