import CommandLineSupport
import Foundation
import Testing

@testable import Receiver

@Suite struct ChildProcessTests {
    private var descriptorCount: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }

    @Test func aProgramThatCannotBeStartedLeavesNothingOpen() {
        let before = descriptorCount
        for _ in 0..<100 {
            #expect(throws: FileError.self) { try ChildProcess("/no/such/program", []) }
        }
        // Other tests may have some open.
        #expect(descriptorCount < before + 50)
    }
}
