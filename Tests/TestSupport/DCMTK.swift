/// DCMTK's network programs. They are named with their folder, since pynetdicom brings others of the same names.
///
/// A test that runs them has the trait `.needs("dcmdump")`.
public enum DCMTK {
    /// Runs one to its end.
    public static func run(_ program: String, _ arguments: [String]) async throws -> Finished {
        try await TestSupport.run("/usr/bin/\(program)", arguments)
    }
}
