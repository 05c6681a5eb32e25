import Basics
import CLinux
import ChildProcesses
import Glibc
import Synchronization

/// The command that starts children that hold associations.
public struct AssociationChildCommand: Sendable {
    let executable: String

    /// This program again, which calls `AssociationWorker.serveIfAsked()` first of all.
    public static let thisProgram = AssociationChildCommand(executable: ChildProcesses.thisProgram)

    public init(executable: String) {
        self.executable = executable
    }
}

/// The reason that there is no child, or none any more.
struct AssociationChildFailure: Error, CustomStringConvertible {
    let description: String
}

/// One child: its process and the socket to it. Used on one thread at a time; ``kill()`` may come from any.
final class AssociationChild: Sendable {
    /// Bytes that it may allocate: the longest units, TLS, and the library's lists of 128 contexts.
    private static let memory: UInt64 = 192 << 20
    /// Address space beyond that: the program and its libraries.
    private static let mapped: UInt64 = 2 << 30
    private static let startPatience = Duration.seconds(60)

    /// Whether the kernel filters its system calls; not known yet of one that asks for an association.
    let isFiltered: Bool
    private let socket: Int32
    /// `nil` once it was waited for: its number may be another's then.
    private let process: Mutex<pid_t?>

    /// Starts one and waits until it is ready.
    ///
    /// - Parameter role: what it is to do, and with which TLS files.
    init(_ command: AssociationChildCommand, _ role: AssociationRole) throws(AssociationChildFailure) {
        var ends: [Int32] = [-1, -1]
        guard CLinux_message_sockets(&ends) == 0 else {
            throw AssociationChildFailure(description: "no socket for a child: \(systemMessage(errno))")
        }
        let (own, its) = (ends[0], ends[1])
        defer { close(its) }
        let pid: pid_t
        do {
            let words = ["veilray", AssociationWorker.argument] + role.words
            pid = try SpawningThread.shared.run {
                Result { () throws(ChildProcesses.Failure) in
                    try ChildProcesses.start(
                        command.executable, words: words, environment: ChildProcesses.libraryPaths, descriptors: [nil, nil, nil, its])
                }
            }.get()
        } catch {
            close(own)
            throw AssociationChildFailure(description: "no child could be started: \(error)")
        }
        socket = own
        process = Mutex(pid)
        isFiltered = try Self.greeting(over: own, pid)
        guard CLinux_limit_memory(pid, Self.memory, Self.memory + Self.mapped) == 0 else {
            throw AssociationChildFailure(description: "a child's memory cannot be limited: \(systemMessage(errno))")
        }
    }

    private static func greeting(over socket: Int32, _ pid: pid_t) throws(AssociationChildFailure) -> Bool {
        func failed(_ reason: String) -> AssociationChildFailure {
            ChildProcesses.end(pid)
            close(socket)
            return AssociationChildFailure(description: reason)
        }
        let deadline = ContinuousClock.now + startPatience
        while ContinuousClock.now < deadline {
            switch receive(over: socket, within: 200) {
            case .nothing: continue
            case .message(.ready(let isFiltered)): return isFiltered
            case .message(.unusable(let reason)): throw failed(reason)
            case .message, .gone: throw failed("a child did not start as it should")
            }
        }
        throw failed("a child did not start in time")
    }

    deinit {
        end()
        close(socket)
    }

    enum Heard {
        case message(ChildMessage)
        /// Nothing yet.
        case nothing
        /// It has ended, or says nonsense.
        case gone
    }

    /// - Parameter milliseconds: how long to wait at most.
    func receive(within milliseconds: Int32) -> Heard { Self.receive(over: socket, within: milliseconds) }

    private static func receive(over socket: Int32, within milliseconds: Int32) -> Heard {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return .nothing }
        var buffer = [UInt8](repeating: 0, count: ChildMessage.maximumByteCount)
        let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
        if count < 0, errno == EINTR || errno == EAGAIN { return .nothing }
        guard count > 0, let message = ChildMessage(buffer[..<count]) else { return .gone }
        return .message(message)
    }

    /// - Parameter descriptor: goes to the child as well; stays open here.
    /// - Returns: `false` where the child has gone.
    func send(_ message: ParentMessage, descriptor: Int32 = -1) -> Bool {
        let bytes = message.encoded
        return bytes.withUnsafeBytes { CLinux_send_message(socket, $0.baseAddress, $0.count, descriptor) }
    }

    /// Ends it, whatever it is doing. From any thread.
    func kill() {
        process.withLock { if let pid = $0 { _ = Glibc.kill(pid, SIGKILL) } }
    }

    /// Ends it and waits for that.
    func end() {
        process.withLock { process in
            if let pid = process { ChildProcesses.end(pid) }
            process = nil
        }
    }

    /// Waits a moment for it to end by itself, so that what it still has to send goes out; then ends it.
    func finish(within milliseconds: Int32) {
        _ = receive(within: milliseconds)
        end()
    }
}

/// A child's task. Its words on the child's command line say it.
enum AssociationRole: Sendable, Equatable {
    /// Takes an association that somebody asks for.
    case takes(DoorCredentials?)
    /// Asks another application for one.
    case asks(TargetCredentials?)

    var words: [String] {
        switch self {
        case .takes(let credentials): ["take"] + (credentials.map { [$0.certificate, $0.key, $0.clients ?? ""] } ?? [])
        case .asks(let credentials): ["ask"] + (credentials.map { [$0.certificate ?? "", $0.key ?? "", $0.trusted] } ?? [])
        }
    }
}

/// The files of a TLS listener, in PEM.
public struct DoorCredentials: Sendable, Hashable {
    public let certificate: String
    public let key: String
    /// Certificates, or their issuers, that callers must show; `nil` where any caller may connect.
    public let clients: String?

    public init(certificate: String, key: String, clients: String?) {
        self.certificate = certificate
        self.key = key
        self.clients = clients
    }
}

/// The files of a connection over TLS to another application, in PEM.
public struct TargetCredentials: Sendable, Hashable {
    /// The other application's certificate, or its issuer's.
    public let trusted: String
    /// This side's, with its key; `nil` where it shows none.
    public let certificate: String?
    public let key: String?

    public init(trusted: String, certificate: String? = nil, key: String? = nil) {
        self.trusted = trusted
        self.certificate = certificate
        self.key = key
    }
}
