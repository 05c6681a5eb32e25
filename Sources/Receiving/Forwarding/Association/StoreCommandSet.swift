import Basics
import Foundation
import Protocol

/// The command sets of C-STORE (PS3.7 §9.3.1): implicit VR little endian, group 0000 only.
enum StoreCommandSet {
    private static let storeRequest: UInt16 = 0x0001
    private static let storeResponse: UInt16 = 0x8001
    private static let mediumPriority: UInt16 = 0
    /// Any value but 0101H says that a data set follows.
    private static let dataSetFollows: UInt16 = 0

    /// C-STORE-RQ.
    static func request(_ message: UInt16, sopClassUID: String, sopInstanceUID: String) -> [UInt8] {
        let body =
            element(0x0002, uid(sopClassUID)) + element(0x0100, little(storeRequest)) + element(0x0110, little(message))
            + element(0x0700, little(mediumPriority)) + element(0x0800, little(dataSetFollows)) + element(0x1000, uid(sopInstanceUID))
        return element(0x0000, little(UInt32(body.count))) + body
    }

    /// The status of a C-STORE-RSP; `nil` for anything else.
    static func status(in bytes: [UInt8]) -> StoreStatus? {
        var values: [UInt16: ArraySlice<UInt8>] = [:]
        var rest = bytes[...]
        while rest.count >= 8 {
            let head = Array(rest.prefix(8))
            let length = Int(head[4]) | Int(head[5]) << 8 | Int(head[6]) << 16 | Int(head[7]) << 24
            guard head[0] == 0, head[1] == 0, length <= rest.count - 8 else { return nil }
            values[UInt16(head[2]) | UInt16(head[3]) << 8] = rest.dropFirst(8).prefix(length)
            rest = rest.dropFirst(8 + length)
        }
        guard number(values[0x0100]) == storeResponse, let code = number(values[0x0900]) else { return nil }
        let comment = values[0x0902].map { PlainText.harmless(String(decoding: $0, as: UTF8.self)) } ?? ""
        return StoreStatus(code: code, comment: comment.trimmingCharacters(in: .whitespaces))
    }

    private static func number(_ bytes: ArraySlice<UInt8>?) -> UInt16? {
        guard let bytes, let low = bytes.first, let high = bytes.dropFirst().first else { return nil }
        return UInt16(low) | UInt16(high) << 8
    }

    private static func uid(_ text: String) -> [UInt8] { Array(text.utf8) + (text.utf8.count % 2 == 0 ? [] : [0]) }

    private static func element(_ number: UInt16, _ value: [UInt8]) -> [UInt8] {
        [0, 0] + little(number) + little(UInt32(value.count)) + value
    }

    private static func little(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
}
