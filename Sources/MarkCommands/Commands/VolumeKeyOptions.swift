public import ArgumentParser
import Basics
import CommandLineSupport
import Files
import MarkedImages
import Marks

extension VolumeIdentity: ExpressibleByArgument {}

/// The file of a site's key for volume marks.
enum VolumeKeyFile {
    /// - Throws: `FileError`, and `OperationFailure` where others can read the file, or it holds no key.
    static func read(_ path: String) throws -> [UInt8] {
        // One byte more than a key has, so that a longer file is told from one.
        guard let bytes = try WholeFile.readSecret(path, limit: 1 << 16) else {
            throw OperationFailure(.notTrusted, "others can read this key; run: chmod 600 '\(path)'")
        }
        guard bytes.count == VolumeMarkKey.siteKeyByteCount else {
            throw OperationFailure(
                .badData,
                "\(path): a site's key has \(VolumeMarkKey.siteKeyByteCount) random bytes, not \(bytes.count); 'volume-key' makes one")
        }
        return bytes
    }
}

/// `volume-key`: makes a site's key.
public struct VolumeKeyCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "volume-key",
        abstract: "Make a site's key for volume marks.",
        discussion: """
            Writes 32 random bytes into a new file that its owner alone can read. With the key, 'mark --volume' puts a site's shells into \
            volumes, 'verify --volume' finds them in slices at any angle, and 'unmark --volume' takes them off. Keep a copy: without the \
            key none of that can be done, and with it all of it can.

            Example: veilray-send volume-key ~/.veilray/volume.key
            """)

    @Argument(help: ArgumentHelp("The new file.", valueName: "file"), completion: .file())
    var path: String

    public init() {}

    public func run() throws {
        try reportingFailures {
            var random = SystemRandomNumberGenerator()
            let key = (0..<VolumeMarkKey.siteKeyByteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
            guard try AtomicFile.publish(key, as: path, mode: 0o600) != .occupied else {
                throw OperationFailure(.fileAccess, "\(path): another file is there already; it is kept")
            }
            Console.say("\(path): a new key for volume marks")
        }
    }
}
