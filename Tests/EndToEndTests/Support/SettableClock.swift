import Foundation

/// A wall clock that a test sets while programs run that were started with its environment; what is in front of their C library is
/// `Tests/SettableClock`. Clocks that nobody sets, which measure durations, stay as they are.
struct SettableClock: Sendable {
    private static let library = Programs.folder + "/libSettableClock.so"

    private let file: String

    init(in folder: String) throws {
        file = folder + "/clock-\(UUID().uuidString)"
        try Data(count: 8).write(to: URL(filePath: file))
    }

    /// - Parameter days: from the true time.
    func set(days: Int64) throws {
        // In place: the programs have mapped this very file.
        let handle = try FileHandle(forUpdating: URL(filePath: file))
        try handle.write(contentsOf: withUnsafeBytes(of: days * 86_400) { Data($0) })
        try handle.close()
    }

    var environment: [String: String] { ["LD_PRELOAD": Self.library, "VEILRAY_TEST_CLOCK": file] }
}
