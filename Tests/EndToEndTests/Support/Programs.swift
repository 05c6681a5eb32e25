import Foundation

/// The executables that `swift build` made beside the tests.
enum Programs {
    static let send = path("veilray-send")
    static let receive = path("veilray-receive")

    /// The folder of the running test bundle is the products' folder; VEILRAY_BIN names another.
    static let folder =
        ProcessInfo.processInfo.environment["VEILRAY_BIN"]
        ?? (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        .map { ($0 as NSString).deletingLastPathComponent } ?? "."

    private static func path(_ name: String) -> String { folder + "/" + name }
}
