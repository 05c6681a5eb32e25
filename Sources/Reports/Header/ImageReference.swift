import DICOM

/// An object of a study, as documents refer to it.
public struct ImageReference: Sendable, Hashable {
    public let studyUID: String
    public let seriesUID: String
    public let sopClassUID: String
    public let sopInstanceUID: String
    /// Frames of interest, counted from 1; empty for the whole object.
    public let frames: [Int]

    public init(studyUID: String, seriesUID: String, sopClassUID: String, sopInstanceUID: String, frames: [Int] = []) {
        self.studyUID = studyUID
        self.seriesUID = seriesUID
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        self.frames = frames
    }

    /// `nil` when the object does not say what it is.
    ///
    /// - Parameter frames: left out for an object with one frame, as the standard asks.
    public init?(_ dataSet: DataSet, frames: [Int] = []) {
        guard let study = dataSet.uid(.studyInstanceUID), let series = dataSet.uid(.seriesInstanceUID),
            let sopClass = dataSet.uid(.sopClassUID), let instance = dataSet.uid(.sopInstanceUID)
        else { return nil }
        let hasSeveral = (dataSet.integer(.numberOfFrames) ?? 1) > 1
        self.init(
            studyUID: study, seriesUID: series, sopClassUID: sopClass, sopInstanceUID: instance, frames: hasSeveral ? frames : [])
    }

    /// Class and instance (PS3.3 Table 10-11).
    var sopItem: DataSet {
        var item = DataSet()
        item.set(.referencedSOPClassUID, .UI, sopClassUID)
        item.set(.referencedSOPInstanceUID, .UI, sopInstanceUID)
        return item
    }

    /// With the frames (PS3.3 §C.17.6).
    var imageItem: DataSet {
        var item = sopItem
        if !frames.isEmpty { item.set(.referencedFrameNumber, .IS, integers: frames) }
        return item
    }

    /// References in the hierarchy of studies and series (PS3.3 §C.17.2.1), each object once, in the order given.
    static func hierarchy(_ references: [ImageReference]) -> [DataSet] {
        var studies: [(uid: String, series: [(uid: String, objects: [DataSet])])] = []
        var places: [String: (study: Int, series: Int)] = [:]
        var known: Set<String> = []
        for reference in references where known.insert(reference.sopInstanceUID).inserted {
            let key = "\(reference.studyUID) \(reference.seriesUID)"
            if places[key] == nil {
                let study = studies.firstIndex { $0.uid == reference.studyUID } ?? studies.count
                if study == studies.count { studies.append((reference.studyUID, [])) }
                studies[study].series.append((reference.seriesUID, []))
                places[key] = (study, studies[study].series.count - 1)
            }
            if let place = places[key] { studies[place.study].series[place.series].objects.append(reference.sopItem) }
        }
        return studies.map { study in
            var item = DataSet()
            item.set(.studyInstanceUID, .UI, study.uid)
            item.set(
                .referencedSeriesSequence,
                sequence: study.series.map { series in
                    var item = DataSet()
                    item.set(.seriesInstanceUID, .UI, series.uid)
                    item.set(.referencedSOPSequence, sequence: series.objects)
                    return item
                })
            return item
        }
    }
}
