import Foundation
import Synchronization

/// The two homes that every site with trust begins with.
enum TrustingHomes {
    static var shared: Site { get async throws { try await made.value } }
    private static let made = Task {
        let site = try await Site.withItsOwnIdentities()
        // It lives to the process's end, which runs no deinit.
        folderToRemove.withLock { $0 = site.folder }
        atexit { TrustingHomes.folderToRemove.withLock { try? FileManager.default.removeItem(atPath: $0) } }
        return site
    }
    private static let folderToRemove = Mutex("")
}
