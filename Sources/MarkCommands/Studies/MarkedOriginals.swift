import Basics
import CommandLineSupport
import Concurrency
import Files
import MarkedImages
import Marks
public import Protocol

/// Looks at the marks of files that are about to be sent, and tells of them. The files travel as they are, whatever is found.
public struct MarkedOriginals: Sendable {
    private let verifier: FileVerifier
    private let directory: IssuerDirectory
    /// The private elements stand before the pixels.
    private static let headByteCount = 4 << 20
    private let pool = WorkerPool(label: "veilray.verify")

    /// Believes the trusted cards and this side's own identity.
    public init(home: Home, identity: Identity) throws {
        directory = try MarkParties.directory(cards: [], home: home, own: identity)
        // Parts and turned images are for 'verify': a study is not to wait for a search.
        verifier = FileVerifier(directory: directory, own: try MarkParties.issuer(identity), searches: false)
    }

    /// Tells of every marked file that is not intact, and how many are. Files without the private elements of a mark are not looked at.
    public func tell(of files: [(path: String, name: String)], json: JSONLines?) async throws {
        var (intact, others) = (0, 0)
        try await pool.forEach(files) { [verifier] file -> FileVerification? in
            guard let head = try? WholeFile.readHead(file.path, upTo: Self.headByteCount), FileVerifier.claimsMark(head),
                let bytes = try? WholeFile.read(file.path)
            else { return nil }
            return try? verifier.verify(bytes, path: file.path, name: file.name)
        } receive: { found in
            guard let found else { return }
            if found.verdict == .intact { intact += 1 } else { others += 1 }
            if let json {
                json.write(Looked(file: found.name, verdict: found.verdict.rawValue, issuer: found.judgement?.words))
            } else if found.verdict != .intact {
                Console.complain("\(found.name): it carries a mark; \(found.verdict.words). It is sent as it is; see 'verify'")
            }
        }
        if json == nil, intact + others > 0 { Console.say("\(intact) of \(intact + others) marked files are intact.") }
    }

    private struct Looked: Encodable, Sendable {
        let event = "markedOriginal"
        let file: String
        let verdict: String
        let issuer: String?
    }
}
