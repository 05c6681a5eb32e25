import CDCMTK
import CLinux
import ChildProcesses
import Glibc

/// The child's side of the door: what a program is that was started with ``argument``. It takes one association and ends.
///
/// It holds no key of the program's identity and no journal, opens no file once it is confined, and writes only into descriptors that it is
/// handed: whoever takes it over through the association layer has this one association.
public enum DoorWorker {
    /// The word by which a program knows that it is to be a door's child.
    public static let argument = "door-worker"
    static let socket: Int32 = 3
    /// Of a data set: what a file of it may have, `WholeFile.maximumByteCount`.
    static let largestFile: UInt64 = 4 << 30
    /// Its socket, the connection, a file, and one to spare.
    static let highestDescriptor: Int32 = 8

    /// Serves the parent and ends the process, if that is what this process was started for.
    ///
    /// A program calls it first of all: it has one thread then, and has read nothing.
    public static func serveIfAsked() {
        let words = CommandLine.arguments
        guard words.dropFirst().first == argument else { return }
        serve(tls: Array(words.dropFirst(2)))
        exit(0)
    }

    /// - Parameter files: of the certificate, the key, and the callers' certificates where they must show some; empty without TLS.
    static func serve(tls files: [String]) {
        guard CDCMTK_prepare() else { return say(.unusable(reason: "the DICOM library cannot be set up")) }
        var transport: OpaquePointer?
        if files.count >= 2 {
            var reason = ReasonText()
            transport = reason.fill { CDCMTK_make_transport(files[0], files[1], files.count > 2 ? files[2] : nil, $0) }
            guard transport != nil else { return say(.unusable(reason: reason.text)) }
        }
        CLinux_confine_writer(highestDescriptor, largestFile)
        say(.ready(isFiltered: CLinux_filter_connection_calls()))
        let (message, connection) = hear()
        guard case .take(let idle, let patience)? = message, connection >= 0 else { return }
        WorkerAssociation.run(connection: connection, transport: transport, idle: Int32(idle), patience: Int32(patience))
    }

    // MARK: Talking to the parent

    static func say(_ message: ChildMessage) {
        let bytes = message.encoded
        // Nobody to work for.
        guard bytes.withUnsafeBytes({ CLinux_send_message(socket, $0.baseAddress, $0.count, -1) }) else { exit(0) }
    }

    /// The parent's next message, and the descriptor that came with it, or -1. Ends the process when the parent has gone.
    static func hear() -> (message: ParentMessage?, descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: ChildMessage.maximumByteCount)
        var descriptor: Int32 = -1
        let count = buffer.withUnsafeMutableBytes { CLinux_receive_message(socket, $0.baseAddress, $0.count, &descriptor) }
        guard count > 0 else { exit(0) }
        return (ParentMessage(buffer[..<count]), descriptor)
    }
}
