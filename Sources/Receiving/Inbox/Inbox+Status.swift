import Basics
import DICOM
import Foundation
import GRDB
import Protocol

/// How full the inbox is.
package struct InboxFigures: Sendable {
    var arrivingStudies = 0
    var oldestArriving: Date?
    /// Instances by state, of studies that are arriving.
    package var instances: [InstanceState: Int] = [:]
    package var spooledBytes = 0
    var completeStudies = 0
    var incompleteStudies = 0
    var forwardingStudies = 0
    var oldestForwarding: Date?
}

/// One study for `status`.
package struct StudyStatus: Sendable {
    package let transfer: String
    package let studyUID: String
    package let peer: String
    package let sender: Fingerprint
    /// What people call it; `nil` while nothing of it is restored, and after it was discarded.
    package let heading: StudyHeading?
    /// The folder that its restored files have in common; `nil` while people cannot find any.
    package let folder: String?
    package let state: StudyState
    package let opened: Date
    package let finished: Date?
    /// When a person gave the rest of it up.
    package let discarded: Date?
    package let instances: [InstanceState: Int]
    /// Files that failed for a conflict and that a person has made the current versions since.
    package let accepted: Int
    /// Restored files in whose place a person has accepted others.
    package let replaced: Int
    package let spooledBytes: Int
    package let forwarding: ForwardingState?
    package let forwardingAttempts: Int
    package let forwardingReason: String?
}

extension Inbox {
    package func figures() async throws -> InboxFigures {
        try await database.read { database in
            var figures = InboxFigures()
            for row in try Row.fetchAll(database, sql: "SELECT state, count(*) AS count, min(opened) AS oldest FROM study GROUP BY state") {
                switch StudyState(rawValue: row["state"]) {
                case .arriving:
                    figures.arrivingStudies = row["count"]
                    figures.oldestArriving = (row["oldest"] as Int64?).map(Timestamp.date(trusted:))
                case .complete: figures.completeStudies = row["count"]
                case .incomplete: figures.incompleteStudies = row["count"]
                case nil: throw DamagedInbox()
                }
            }
            let open = try Row.fetchAll(
                database,
                sql: """
                    SELECT state, count(*) AS count, sum(ifnull(durable, 0)) AS bytes FROM instance
                    WHERE state IN ('awaited', 'arriving', 'arrived') GROUP BY state
                    """)
            for row in open {
                figures.instances[try InstanceState(rawValue: row["state"]).orDamaged()] = row["count"]
                figures.spooledBytes += row["bytes"] as Int
            }
            if let row = try Row.fetchOne(
                database, sql: "SELECT count(*) AS count, min(announced) AS oldest FROM study WHERE forwarding = 'waiting'")
            {
                figures.forwardingStudies = row["count"]
                figures.oldestForwarding = (row["oldest"] as Int64?).map(Timestamp.date(trusted:))
            }
            return figures
        }
    }

    /// Studies, newest first.
    ///
    /// - Parameter limit: how many of the finished ones; those that are under way are all listed.
    package func studies(limit: Int) async throws -> [StudyStatus] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM study WHERE state = 'arriving' OR forwarding IN ('waiting', 'refused')
                    OR transfer IN (SELECT transfer FROM study WHERE state != 'arriving' ORDER BY finished DESC LIMIT ?)
                    ORDER BY opened DESC
                    """, arguments: [limit]
            ).map { try Self.status(database, $0) }
        }
    }

    package static func status(_ database: Database, _ row: Row) throws -> StudyStatus {
        let transfer: String = row["transfer"]
        var instances: [InstanceState: Int] = [:]
        var (bytes, accepted, replaced) = (0, 0, 0)
        var folder: String?
        let counts = try Row.fetchAll(
            database,
            sql: """
                SELECT state, count(*) AS count, sum(ifnull(durable, 0)) AS bytes, count(accepted) AS accepted, count(replaced) AS replaced,
                    min(published) AS first, max(published) AS last
                FROM instance WHERE transfer = ? GROUP BY state
                """, arguments: [transfer])
        for count in counts {
            let state = try InstanceState(rawValue: count["state"]).orDamaged()
            instances[state] = count["count"]
            bytes += count["bytes"] as Int
            accepted += count["accepted"] as Int
            replaced += count["replaced"] as Int
            if state == .restored { folder = Self.commonFolder(count["first"], count["last"]) }
        }
        return StudyStatus(
            transfer: transfer, studyUID: row["studyUID"], peer: row["peer"], sender: try Fingerprint(row["sender"] as String),
            heading: StudyHeading(text: row["heading"]), folder: folder, state: try StudyState(rawValue: row["state"]).orDamaged(),
            opened: Timestamp.date(trusted: row["opened"]), finished: (row["finished"] as Int64?).map(Timestamp.date(trusted:)),
            discarded: (row["discarded"] as Int64?).map(Timestamp.date(trusted:)), instances: instances,
            accepted: accepted, replaced: replaced, spooledBytes: bytes,
            forwarding: (row["forwarding"] as String?).flatMap(ForwardingState.init(rawValue:)),
            forwardingAttempts: row["forwardingAttempts"], forwardingReason: row["forwardingReason"])
    }

    /// The deepest folder that all paths are below, of which the first and the last in order are given.
    static func commonFolder(_ first: String?, _ last: String?) -> String? {
        guard let first, let last else { return nil }
        let common = zip(first.split(separator: "/").dropLast(), last.split(separator: "/").dropLast()).prefix { $0 == $1 }.map(\.0)
        // What waits for the rest of its study is nowhere yet.
        return common.isEmpty || common.contains(Substring(StagedStudy.folder)) ? nil : "/" + common.joined(separator: "/")
    }
}

extension StudyStatus {
    /// The state in words, with remarks in brackets.
    ///
    /// - Parameter isTrusted: whether the sender's card is trusted now; `nil` where that is not known.
    package func describedState(isTrusted: Bool?) -> String {
        var remarks: [String] = []
        if accepted > 0 { remarks.append("accepted: \(accepted)") }
        if replaced > 0 { remarks.append("replaced: \(replaced)") }
        if state == .arriving, isTrusted == false { remarks.append("sender not trusted") }
        let state = discarded == nil ? self.state.rawValue : "discarded"
        return remarks.isEmpty ? state : "\(state) (\(remarks.joined(separator: ", ")))"
    }
}
