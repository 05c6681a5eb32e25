import CLinux
import CodecWorkers
import Glibc

/// A worker for tests: a sound one, or one that misbehaves in the way that its argument names.
@main
struct TestCodecWorker {
    static let socket: Int32 = 3
    static let memory: Int32 = 4

    static func main() {
        CodecWorker.serveIfAsked()
        let kind = CommandLine.arguments.dropFirst().first ?? ""
        // Nothing may be left over when a test fails.
        alarm(120)
        greet()
        receive()
        switch kind {
        case "hang": while true {}
        case "sleep": while true { sleep(1) }
        case "crash": abort()
        case "exit": exit(7)
        case "allocate": allocate()
        case "shrink":
            guard ftruncate(memory, 0) != 0 else { exit(1) }
            answer([1, 0])
        case "longer": answer([1, Int.max])
        case "negative": answer([1, -1])
        case "unknown": answer([77, 0])
        case "short": answer([1])
        case "forward": answer([1, 16])
        case "open": confined { if open("/dev/null", O_RDONLY) >= 0 { exit(1) } }
        case "socket": confined { _ = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        case "execute": confined { _ = mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) }
        case "truncate": confined { _ = ftruncate(memory, 1 << 40) }
        default: exit(64)
        }
        while true { receive() }
    }

    /// Does what a confined worker must not survive; answers as if all were well when it does.
    static func confined(_ act: () -> Void) {
        guard CLinux_filter_system_calls() else { exit(1) }
        act()
        answer([1, 0])
    }

    static func allocate() {
        var blocks = 0
        while let block = malloc(1 << 20) {
            memset(block, 1, 1 << 20)
            blocks += 1
        }
        exit(blocks < 4096 ? 9 : 1)
    }

    static func greet() { answer([0, 0, 1]) }

    static func answer(_ numbers: [Int]) {
        numbers.withUnsafeBytes { _ = send(socket, $0.baseAddress, $0.count, 0) }
    }

    static func receive() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        if recv(socket, &buffer, buffer.count, 0) <= 0 { exit(0) }
    }
}
