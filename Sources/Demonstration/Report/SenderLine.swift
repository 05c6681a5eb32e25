import Foundation

/// One line of `veilray-send study --json`, as far as the table needs it. Unknown events and fields are passed over.
struct SenderLine: Decodable, Sendable {
    let event: String
    let name: String?
    let status: String?
    let method: String?
    let record: String?
    let bitsHidden: Int?
    /// dB; absent when the pixels are unchanged.
    let psnr: Double?
    let maximumChange: Int?
    let originalBytes: Int?
    let stegoBytes: Int?
    let wireBytes: Int?
    let reason: String?

    /// The events of a file of JSON lines.
    ///
    /// - Throws: `DemonstrationError` naming the line that is no JSON object with an `event`.
    static func read(_ path: String) throws -> [SenderLine] {
        let decoder = JSONDecoder()
        let lines = try FileSystem.read(path).split(separator: UInt8(ascii: "\n"))
        return try lines.enumerated().map { number, line in
            do {
                return try decoder.decode(SenderLine.self, from: Data(line))
            } catch {
                throw DemonstrationError.malformed(path, "Line \(number + 1) is no event: \(error.localizedDescription)")
            }
        }
    }
}
