import Concurrency

/// Counts finished studies and asks for the stop when there were as many as wanted.
actor StudyCounter {
    private let limit: Int?
    private let stop: StopRequest
    private(set) var count = 0

    init(limit: Int?, stop: StopRequest) {
        self.limit = limit
        self.stop = stop
    }

    func finishedOne() {
        count += 1
        if let limit, count >= limit { stop.request() }
    }
}
