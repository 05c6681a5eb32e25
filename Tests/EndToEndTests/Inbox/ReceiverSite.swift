import Basics
import Foundation
import TestSupport
import Testing

/// What the tests of the receiver's inbox share.
extension Site {
    var receiverState: String { radiologistHome + "/state" }

    /// A study of images that differ.
    func writeStudy(_ count: Int, studyUID: String = "2.25.1001", side: Int = 128, folder: String = "") throws {
        for number in 1...count {
            var image = SyntheticImage()
            (image.rows, image.columns) = (side, side)
            (image.studyUID, image.instance) = (studyUID, number)
            _ = try write(image.file(), as: "\(folder)image-\(number).dcm")
        }
    }

    /// A sender that goes on for as long as the test lasts, over the receiver's deaths.
    func startPersistentSender(to address: String, _ paths: [String]? = nil) throws -> RunningProgram {
        try RunningProgram(
            Programs.send, sending(paths ?? [originals], to: address, ["--give-up-after", "5m"]), deadline: .seconds(300))
    }

    /// Files of the receiver's state but for the journal and its lock: what a finished study must have left nothing of.
    var spooledFiles: [String] {
        files(below: receiverState).keys.filter { $0.hasPrefix("inbox/") }
    }

    /// The markers of complete studies.
    var markers: [String] {
        (FileManager.default.enumerator(atPath: inbox)?.compactMap { $0 as? String } ?? []).filter {
            ($0 as NSString).lastPathComponent.hasPrefix(".veilray-complete")
        }
    }

    /// Names that begin with a dot below the folder of restored files, but for markers: nothing of the kind may stay.
    var leftovers: [String] {
        (FileManager.default.enumerator(atPath: inbox)?.compactMap { $0 as? String } ?? []).filter { name in
            let last = (name as NSString).lastPathComponent
            return last.hasPrefix(".") && !last.hasPrefix(".veilray-complete") && last != ".veilray-folder"
        }
    }
}

/// A TCP port of the loopback that takes connections into its queue and never says a word.
final class SilentListener: Sendable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = descriptor
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, length) != 0 || listen(number, 16) != 0 || getsockname(number, $0, &length) != 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard !failed else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit { close(descriptor) }
}
