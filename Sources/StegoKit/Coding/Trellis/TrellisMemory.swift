/// How much memory a trellis may take for the decisions that are not settled yet.
///
/// The decisions are a bit for each state and element. They are kept until the ways into all states have a common ancestor, which is
/// some tens of constraint heights back; what lies before it is then settled, exactly as if everything had been kept to the end.
/// `limit` is reached only where hardly any element may change. Then the way that is best so far is made final, and those that
/// contradict it are given up.
package struct TrellisMemory {
    /// Bytes to begin with: few enough for the cache.
    var start = 256 << 10
    /// Bytes never to be exceeded, unless a single block needs more.
    var limit = 64 << 20

    package init() {}

    init(start: Int, limit: Int) {
        self.start = start
        self.limit = limit
    }
}
