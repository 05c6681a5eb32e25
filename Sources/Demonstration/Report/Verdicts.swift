/// What an outside judge found about each restored file: lines of `verdict<TAB>name`.
///
/// The table only repeats it; whether files are identical is not decided by this package's own code.
struct Verdicts: Sendable {
    private let verdictByName: [String: String]

    /// - Throws: `DemonstrationError` naming a line without a tab.
    init(reading path: String) throws {
        var verdicts: [String: String] = [:]
        let text = String(decoding: try FileSystem.read(path), as: UTF8.self)
        for (number, line) in text.split(separator: "\n").enumerated() {
            guard let tab = line.firstIndex(of: "\t") else {
                throw DemonstrationError.malformed(path, "Line \(number + 1) has no tab between verdict and name.")
            }
            verdicts[String(line[line.index(after: tab)...])] = String(line[..<tab])
        }
        verdictByName = verdicts
    }

    subscript(name: String) -> String? { verdictByName[name] }

    /// Names that the judge looked at, sorted.
    var names: [String] { verdictByName.keys.sorted() }
}
