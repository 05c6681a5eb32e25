/// Lets tasks that can get on do so, as a rule until they wait for something: in tests that hold whichever comes first, and are to try
/// the case in which the others do.
public func letOthersRun(_ times: Int = 100) async {
    for _ in 0..<times { await Task.yield() }
}
