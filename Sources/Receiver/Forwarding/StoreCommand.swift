import ArgumentParser
import CGDCMNetwork
import CommandLineSupport
import Foundation

/// `store`: hands files to another DICOM application; `serve` runs it for each study that it forwards.
///
/// A process of its own, since GDCM's network client ends the process that it is in when the other side misbehaves. It reads the
/// number of files and their paths from standard input, each ended by a zero byte, and writes the line `open` when there is an
/// association, then one line a file: `stored`, `unreadable`, `refused` or `failed`. It ends with its standard input, so that no such process outlives the receiver that started it.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Hand files to a PACS; 'serve --forward' runs it.", shouldDisplay: false)

    /// What it says when the other side has taken the association.
    static let opened = "open"

    @Option(help: ArgumentHelp("The application that is to store them.", valueName: "AET@host:port"))
    var to: StorageTarget

    @Option(help: ArgumentHelp("This side's application entity title.", valueName: "AET"))
    var calling: ApplicationEntityTitle

    @Option(help: ArgumentHelp("How long to wait for each answer.", valueName: "seconds"))
    var timeout: Int

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        // A core dump would hold the patient's images.
        var limit = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        let files = try Self.readFiles()
        Self.endWithStandardInput()
        // There is nothing to offer an association for, and the other side is not asked.
        guard files.contains(where: { cgdcm_is_readable($0) != 0 }) else {
            Console.say(Self.opened)
            for _ in files { Console.say(StoreAnswer.unreadable.rawValue) }
            return
        }
        guard let association = open(files) else { throw ExitStatus.unavailable.exitCode }
        Console.say(Self.opened)
        // At once: the receiver notes each file as it is stored.
        for file in files { Console.say(Self.word(cgdcm_association_store(association, file))) }
        cgdcm_association_close(association)
    }

    private func open(_ files: [String]) -> OpaquePointer? {
        let paths = files.map { strdup($0) }
        defer { for path in paths { free(path) } }
        return paths.map { UnsafePointer($0) }.withUnsafeBufferPointer { buffer in
            cgdcm_association_open(to.host, to.port, calling.text, to.title.text, Double(timeout), buffer.baseAddress, buffer.count)
        }
    }

    private static func word(_ status: cgdcm_store_status) -> String {
        switch status {
        case CGDCM_STORED: StoreAnswer.stored.rawValue
        case CGDCM_UNREADABLE: StoreAnswer.unreadable.rawValue
        case CGDCM_CONTEXT_REFUSED: StoreAnswer.refused.rawValue
        default: StoreAnswer.failed.rawValue
        }
    }

    private static func readFiles() throws -> [String] {
        guard let count = readText().flatMap({ Int($0) }), count > 0 else { throw ExitStatus.usage.exitCode }
        return try (0..<count).map { _ in
            guard let path = readText() else { throw ExitStatus.usage.exitCode }
            return path
        }
    }

    /// Up to the next zero byte.
    private static func readText() -> String? {
        var bytes: [UInt8] = []
        while true {
            let byte = getchar()
            if byte == 0 { return String(decoding: bytes, as: UTF8.self) }
            guard let byte = UInt8(exactly: byte) else { return nil }
            bytes.append(byte)
        }
    }

    private static func endWithStandardInput() {
        Thread.detachNewThread {
            while getchar() != EOF {}
            _exit(ExitStatus.tryAgain.rawValue)
        }
    }
}

/// What became of one file that was handed over. Raw values are what `store` prints.
enum StoreAnswer: String, Sendable {
    case stored
    /// GDCM cannot read it.
    case unreadable
    /// The other side does not take its SOP class in its transfer syntax.
    case refused
    case failed
}
