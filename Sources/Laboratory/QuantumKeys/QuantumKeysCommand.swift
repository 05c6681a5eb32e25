import ArgumentParser
import Ciphers
import Concurrency
import Foundation

/// Takes keys from a key management entity, and enciphers nothing with them: whether two sides get the same keys.
struct QuantumKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantum-keys",
        abstract: "Take keys from a quantum key distribution system (ETSI GS QKD 014).",
        discussion: """
            Prints the number of each key and the fingerprint of its bytes, never the key: both sides should see the same. Without --numbers \
            new keys are taken, as the master; with it the peer's, as the slave.

            Example: veilray-lab quantum-keys https://kme.example:8443 --peer bob --certificate a.pem --key a.key --authority ca.pem
            """)

    @Argument(help: ArgumentHelp("The key management entity.", valueName: "https://host:port"))
    var entity: String

    @Option(help: ArgumentHelp("The identifier of the other side's application (SAE).", valueName: "identifier"))
    var peer: String

    @Option(help: ArgumentHelp("This side's certificate, in PEM.", valueName: "file"), completion: .file())
    var certificate: String

    @Option(help: ArgumentHelp("The key of the certificate, in PEM.", valueName: "file"), completion: .file())
    var key: String

    @Option(help: ArgumentHelp("The authority that certified the key management entity, in PEM.", valueName: "file"), completion: .file())
    var authority: String

    @Option(help: ArgumentHelp("How many new keys are taken.", valueName: "count"))
    var count = 1

    @Option(help: ArgumentHelp("The bits of a new key.", valueName: "bits"))
    var bits = 256

    @Option(parsing: .upToNextOption, help: ArgumentHelp("The numbers of keys that the peer took.", valueName: "key-id"))
    var numbers: [String] = []

    func validate() throws {
        guard entity.hasPrefix("https://"), !entity.dropFirst(8).contains("/") else {
            throw ValidationError("the key management entity is given as https://HOST:PORT")
        }
        guard count >= 1, bits >= 128, bits % 8 == 0 else {
            throw ValidationError("--count is at least 1, --bits at least 128 in whole bytes")
        }
    }

    func run() async throws {
        let pool = WorkerPool(label: "veilray.quantum-keys", width: 1)
        let client = QuantumKeyClient(
            MutualTLSTransport(entity: entity, certificate: certificate, key: key, authority: authority, pool: pool), peer: peer)
        let keys: [QuantumKey]
        if numbers.isEmpty {
            let status = try await client.status()
            print(
                "\(status.storedKeyCount) keys are stored; at most \(status.maximumKeysPerRequest) of \(status.maximumKeySize) bits a request"
            )
            keys = try await client.newKeys(count, bits: bits)
        } else {
            keys = try await client.keys(numbered: numbers)
        }
        for key in keys { print("\(key.identifier)\t\(key.fingerprint)") }
    }
}
