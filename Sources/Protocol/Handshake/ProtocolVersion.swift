/// Versions of the wire protocol.
enum ProtocolVersion {
    /// All that this release speaks.
    static let supported: [UInt32] = [1]

    /// The highest that both speak.
    static func highestCommon(_ ours: [UInt32], _ theirs: [UInt32]) -> UInt32? {
        Set(ours).intersection(theirs).max()
    }
}
