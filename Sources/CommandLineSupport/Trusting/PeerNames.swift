import ArgumentParser
import Basics
import Protocol

/// Names of trusted peers on a command line.
public enum PeerNames {
    /// Completes them. A line that cannot be made sense of has none.
    public static var completion: CompletionKind {
        .custom { words, _, _ in completions(for: words) }
    }

    /// - Parameter words: of the command line so far.
    static func completions(for words: [String]) -> [String] {
        (try? TrustSurvey(home: Home(option: value(of: "--home", in: words))))?.peers.map(\.name.text) ?? []
    }

    private static func value(of option: String, in words: [String]) -> String? {
        for (index, word) in words.enumerated().reversed() {
            if word.hasPrefix("\(option)=") { return String(word.dropFirst(option.count + 1)) }
            if word == option, words.indices.contains(index + 1) { return words[index + 1] }
        }
        return nil
    }

    /// The peer that is trusted under a name, in any of Unicode's forms of it.
    static func existing(_ name: String, _ home: Home) throws -> TrustedPeer? {
        try TrustSurvey(home: home).peers(called: name).max { $0.card.created < $1.card.created }
    }

    /// Says which names there are.
    static func unknown(_ name: String, _ home: Home) -> OperationFailure {
        let survey = try? TrustSurvey(home: home)
        let known = survey.map { $0.peers.map(\.name.text) + $0.unreadable.map(\.name) } ?? []
        return OperationFailure(
            .invalidRequest,
            "no card is trusted under the name \"\(name)\"; "
                + (known.isEmpty ? "none is trusted" : "there are: \(known.joined(separator: ", "))"))
    }
}
