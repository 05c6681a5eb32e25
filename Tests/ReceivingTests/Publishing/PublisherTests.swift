import Basics
import Foundation
import StegoKit
import Testing

@testable import Receiving

@Suite struct PublisherTests {
    private let folder = NSTemporaryDirectory() + "veilray-test-" + UUID().uuidString

    private func publish(_ text: String, as name: String) throws -> String {
        let bytes = Array(text.utf8)
        return try Publisher(folder: folder, layout: .flat).publish(bytes, name: name, digest: ContentDigest(of: bytes))
    }

    @Test func anotherContentIsKeptBeside() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try publish("one", as: "a/image.dcm") == "\(folder)/a/image.dcm")
        #expect(try publish("one", as: "a/image.dcm") == "\(folder)/a/image.dcm")
        // sha256sum of "two".
        let beside = "\(folder)/a/image-3fc4ccfe7458.dcm"
        #expect(try publish("two", as: "a/image.dcm") == beside)
        #expect(try publish("two", as: "a/image.dcm") == beside)
        #expect(FileManager.default.contents(atPath: "\(folder)/a/image.dcm") == Data("one".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/a").count == 2)
    }

    @Test func bothNamesTaken() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try publish("one", as: "image")
        let beside = try publish("two", as: "image")
        try Data("three".utf8).write(to: URL(filePath: beside))
        let error = #expect(throws: ReceivingError.self) { try publish("two", as: "image") }
        #expect(error?.path == beside)
        #expect(FileManager.default.contents(atPath: beside) == Data("three".utf8))
    }
}
