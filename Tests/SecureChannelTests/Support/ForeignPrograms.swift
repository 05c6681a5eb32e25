import Foundation

/// The programs of others that the interoperation tests run.
enum ForeignPrograms {
    static let stunnel = "/usr/bin/stunnel4"
    /// Finds `python3` on the path, where its packages are.
    static let environment = "/usr/bin/env"

    /// Whether they are installed; prints what is missing.
    static func areInstalled() async -> Bool {
        let hasStunnel = FileManager.default.isExecutableFile(atPath: stunnel)
        let hasZeroMQ = (try? await TestProcess.run(environment, ["python3", "-c", "import zmq"])) != nil
        if !hasStunnel || !hasZeroMQ {
            print("skipped: stunnel4 \(hasStunnel ? "is" : "is not") installed, Python's zmq module \(hasZeroMQ ? "is" : "is not")")
        }
        return hasStunnel && hasZeroMQ
    }
}
