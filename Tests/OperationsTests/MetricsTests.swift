import Basics
import Foundation
import Operations
import TestSupport
import Testing

@Suite struct MetricsTests {
    /// As in the format's description, under "Text format example".
    @Test func aPageIsPrometheusText() {
        var page = MetricsPage()
        page.counter("requests_total", "The total number of requests.", 1027, ["method": "post", "code": "200"])
        page.gauge("age_seconds", "Help with \\ and\na new line \"quoted\".", 1.5)
        page.counter("requests_total", "The total number of requests.", 3, ["method": "po\"s\\t\n", "code": "400"])
        #expect(
            page.text == """
                # HELP requests_total The total number of requests.
                # TYPE requests_total counter
                requests_total{code="200",method="post"} 1027
                requests_total{code="400",method="po\\"s\\\\t\\n"} 3
                # HELP age_seconds Help with \\\\ and\\na new line "quoted".
                # TYPE age_seconds gauge
                age_seconds 1.5

                """)
    }

    @Test func numbersThatJSONDoesNotHave() {
        var page = MetricsPage()
        page.gauge("a", "", .infinity)
        page.gauge("b", "", -.infinity)
        page.gauge("c", "", .nan)
        #expect(page.text.split(separator: "\n").filter { !$0.hasPrefix("#") } == ["a +Inf", "b -Inf", "c NaN"])
    }

    @Test func theFileHoldsTheLastFigures() async throws {
        let path = NSTemporaryDirectory() + "veilray-metrics-\(UUID().uuidString).prom"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let number = Counter()
        let writing = Task {
            try await MetricsFile(path: path).keepUpToDate {
                var page = MetricsPage()
                page.gauge("n", "", await number.next())
                return page
            }
        }
        while !FileManager.default.fileExists(atPath: path) { try await Task.sleep(for: .milliseconds(5)) }
        writing.cancel()
        try await writing.value
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains("n 2"), "once at the start, once at the end: \(text)")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o644)
    }

    @Test func aPlaceThatIsNoneIsRefusedAndNotMade() throws {
        let folder = try TemporaryFolder()
        for path in [folder("absent/x.prom"), folder("a/b/x.prom"), folder.path] {
            let failure = #expect(throws: OperationFailure.self) { try MetricsFile(path: path) }
            #expect(failure?.kind == .fileAccess)
            #expect(failure?.description.hasPrefix(path) == true)
        }
        #expect(try folder.names == [])
    }

    private actor Counter {
        private var count = 0

        func next() -> Int {
            count += 1
            return count
        }
    }
}
