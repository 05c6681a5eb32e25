import CDCMTK
import CLinux
import ChildProcesses
import Glibc

/// A child's side: what a program is that was started with ``argument``. It takes or makes one association and ends.
///
/// It holds no key of the program's identity and no journal, opens no file once it is confined, and reads and writes only descriptors that
/// it is handed: whoever takes it over through the association layer has this one association.
public enum AssociationWorker {
    /// The word by which a program knows that it is to be such a child.
    public static let argument = "association-worker"
    static let socket: Int32 = 3
    /// Of a data set: what a file of it may have, `WholeFile.maximumByteCount`.
    private static let largestFile: UInt64 = 4 << 30
    /// Its socket, the connection, a file, and one to spare.
    private static let highestDescriptor: Int32 = 8

    /// Serves the parent and ends the process, if that is what this process was started for.
    ///
    /// A program calls it first of all: it has one thread then, and has read nothing.
    public static func serveIfAsked() {
        let words = CommandLine.arguments.dropFirst()
        guard words.first == argument else { return }
        serve(asks: words.dropFirst().first == "ask", tls: Array(words.dropFirst(2)))
        exit(0)
    }

    /// - Parameter files: of the certificate, the key, and the other side's certificates, each empty where there is none; no words without
    ///   TLS.
    private static func serve(asks: Bool, tls files: [String]) {
        guard CDCMTK_prepare() else { return say(.unusable(reason: "the DICOM library cannot be set up")) }
        var transport: OpaquePointer?
        if files.count == 3 {
            var reason = ReasonText()
            func make(_ certificate: String?, _ peers: String?, _ reason: UnsafeMutablePointer<CChar>?) -> OpaquePointer? {
                CDCMTK_make_transport(asks, certificate, files[1], peers, reason)
            }
            transport = reason.fill { make(files[0].isEmpty ? nil : files[0], files[2].isEmpty ? nil : files[2], $0) }
            guard transport != nil else { return say(.unusable(reason: reason.text)) }
        }
        // One that asks must let the library make a socket first, and is confined before the other side can say a word.
        let isFiltered = !asks && confine(largestFile: largestFile)
        say(.ready(isFiltered: isFiltered))
        let (message, connection) = hear()
        guard connection >= 0 else { return }
        switch message {
        case .take(let idle, let patience, let commits)? where !asks:
            WorkerAssociation.run(
                connection: connection, transport: transport, idle: Int32(idle), patience: Int32(patience), commits: commits)
        case .ask(let question)? where asks: AskingWorker.run(question, connection: connection, transport: transport)
        default: return
        }
    }

    /// - Returns: whether the kernel filters system calls.
    static func confine(largestFile: UInt64) -> Bool {
        CLinux_confine_writer(highestDescriptor, largestFile)
        return CLinux_filter_connection_calls()
    }

    // MARK: Talking to the parent

    static func say(_ message: ChildMessage) {
        let bytes = message.encoded
        // Nobody to work for.
        guard bytes.withUnsafeBytes({ CLinux_send_message(socket, $0.baseAddress, $0.count, -1) }) else { exit(0) }
    }

    /// The parent's next message, and the descriptor that came with it, or -1. Ends the process when the parent has gone.
    static func hear() -> (message: ParentMessage?, descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: ParentMessage.maximumByteCount)
        var descriptor: Int32 = -1
        let count = buffer.withUnsafeMutableBytes { CLinux_receive_message(socket, $0.baseAddress, $0.count, &descriptor) }
        guard count > 0 else { exit(0) }
        return (ParentMessage(buffer[..<count]), descriptor)
    }
}

/// Room for a text of the association library.
struct ReasonText {
    private var bytes = [CChar](repeating: 0, count: Int(CDCMTK_TEXT_SIZE))

    mutating func fill<Result>(_ body: (UnsafeMutablePointer<CChar>?) -> Result) -> Result {
        // Bounds: the library writes CDCMTK_TEXT_SIZE bytes at most, its end included.
        bytes.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }

    /// Without line breaks, which the library puts between an error and its cause.
    var text: String {
        let line = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: " ") }
        return String(decoding: line, as: UTF8.self)
    }
}
