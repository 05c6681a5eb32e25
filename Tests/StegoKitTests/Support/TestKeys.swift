import Basics

@testable import StegoKit

enum TestKeys {
    static func study(_ first: UInt8 = 0) throws -> StudyKey {
        try StudyKey(bytes: (0..<32).map { UInt8($0) &+ first })
    }

    /// The instance that the known answers belong to.
    static let instanceUID = "2.25.329800735698586629295641978511506172918"

    static func instance(_ first: UInt8 = 0) throws -> InstanceKey {
        try study(first).instanceKey(for: instanceUID)
    }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined()
}
