import Foundation
import Testing

@testable import Protocol

/// Kinds of signed statements are declared where they are used, in any module. Two that share a context could pass for each other.
@Suite struct StatementKindTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources")
        .standardizedFileURL

    /// The sources that speak of statements' kinds. The others are searched as bytes alone: regular expressions over all sources take seconds.
    private func mentioning() throws -> [(file: String, text: String)] {
        let files = try #require(FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil))
        let name = Data("SignedStatement.Kind".utf8)
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.compactMap { file in
            let bytes = try Data(contentsOf: file)
            guard bytes.range(of: name) != nil else { return nil }
            return (file.lastPathComponent, String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Contexts of all declarations in the sources, each with its file.
    private func declared() throws -> [(context: String, file: String)] {
        try mentioning().flatMap { file, text in
            text.split(whereSeparator: \.isNewline)
                // Examples in comments declare nothing.
                .filter { !$0.drop(while: \.isWhitespace).hasPrefix("//") }
                .flatMap { $0.matches(of: /SignedStatement\.Kind\("([^"]*)"\)/) }
                .map { (context: String($0.output.1), file: file) }
        }
    }

    @Test func noTwoShareAContext() throws {
        let declared = try declared()
        for (context, places) in Dictionary(grouping: declared, by: \.context) {
            #expect(places.count == 1, "'\(context)' is declared in \(places.map(\.file).sorted().joined(separator: ", "))")
            #expect(context.wholeMatch(of: /[a-z]+( [a-z]+)*/) != nil, "'\(context)' is not lower-case words")
        }
        // Those that docs/protocol/statements.md lists.
        #expect(
            Set(declared.map(\.context)).isSuperset(of: [
                "card", "manifest", "instance receipt", "study receipt", "initiator greeting", "responder greeting",
            ]))
    }

    @Test func declaredAreDocumented() throws {
        let page = try String(contentsOf: Self.sources.appending(path: "../docs/protocol/statements.md"), encoding: .utf8)
        for (context, file) in try declared() {
            #expect(page.contains("`\(context)`"), "docs/protocol/statements.md does not name the kind '\(context)' of \(file)")
        }
    }

    @Test func noneIsMadeInAnotherWay() throws {
        for (file, text) in try mentioning() {
            #expect(!text.contains(/SignedStatement\.Kind\([^")]/), "\(file) makes a kind without a literal")
            #expect(!text.contains(/: SignedStatement\.Kind = \.init\(/), "\(file) hides a kind from this test")
        }
    }

    @Test func oneKindIsNoOther() throws {
        let statement = try SignedStatement(signing: [1, 2], kind: SignedStatement.Kind("one"), by: People.clinic)
        let card = try People.clinic.card()
        #expect(statement.isSigned(by: card, kind: SignedStatement.Kind("one")))
        #expect(!statement.isSigned(by: card, kind: SignedStatement.Kind("two")))
        #expect(try !statement.isSigned(by: People.stranger.card(), kind: SignedStatement.Kind("one")))
        #expect(try SignedStatement(serialized: statement.serialized()) == statement)
    }
}
