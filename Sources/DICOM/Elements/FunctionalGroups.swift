/// Functional groups of an enhanced image that say where its frames lie (PS3.3 §C.7.6.16).
extension DataSet {
    /// For each frame, the data sets that hold its position, its orientation and the size of its samples between them: items of the frame's
    /// own groups, else of those that all frames share. Of a header without groups of single frames there is one entry, itself the first.
    public var planeGroups: [[DataSet]] {
        let perFrame = items(.perFrameFunctionalGroupsSequence)
        let shared = items(.sharedFunctionalGroupsSequence).first
        let sequences = [Tag.planePositionSequence, .planeOrientationSequence, .pixelMeasuresSequence]
        guard !perFrame.isEmpty else { return [[self] + sequences.compactMap { shared?.items($0).first }] }
        return perFrame.map { own in sequences.compactMap { own.items($0).first ?? shared?.items($0).first } }
    }
}
