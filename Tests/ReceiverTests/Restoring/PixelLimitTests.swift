import Testing

@testable import Receiver

@Suite struct PixelLimitTests {
    @Test func whatAHeaderAnnouncesCounts() throws {
        let image = AnnouncedImage(rows: 100, columns: 30)
        #expect(try PixelLimit(bytes: 3_000).bytes(describedBy: image.bytes, "image") == 3_000)
        let error = #expect(throws: PixelLimit.Exceeded.self) { try PixelLimit(bytes: 2_999).bytes(describedBy: image.bytes, "image") }
        #expect(error.map { $0.description.contains("2999") } == true)
    }

    /// However much memory there is.
    @Test func largeImagesInAFewBytesAreNotBelieved() throws {
        let error = #expect(throws: PixelLimit.Exceeded.self) {
            try PixelLimit(bytes: .max).bytes(describedBy: AnnouncedImage(rows: 12_000, columns: 12_000).bytes, "image")
        }
        #expect(error.map { $0.description.contains("144000000") } == true)
    }

    @Test func fourGibibytesInAFewBytes() throws {
        #expect(throws: PixelLimit.Exceeded.self) { try PixelLimit(bytes: 1 << 30).bytes(describedBy: AnnouncedImage().bytes, "image") }
    }

    /// They travel as they are and are not decoded here, however long a film is.
    @Test func lossyImagesAreNeverTooLarge() throws {
        let film = AnnouncedImage(rows: 100, columns: 30, transferSyntax: "1.2.840.10008.1.2.4.50")
        #expect(try PixelLimit(bytes: 10).bytes(describedBy: film.bytes, "film") == 3_000)
    }

    @Test func whatIsNoImageTakesNothing() throws {
        #expect(try PixelLimit(bytes: 10).bytes(describedBy: Array("no DICOM".utf8), "text") == 0)
    }

    @Test func everyMachineTakesAnOrdinaryImage() {
        #expect(throws: Never.self) { try PixelLimit().bytes(describedBy: AnnouncedImage(rows: 4_000, columns: 5_000).bytes, "image") }
    }
}
