import Protocol

/// Gathers the files of a watched folder into studies, until nothing more comes for a study.
struct StudyGathering: Sendable {
    private struct Study: Sendable {
        var files: [String: (file: ExaminedFile, stamp: FolderSnapshot.Stamp)] = [:]
        var lastChange: ContinuousClock.Instant
    }

    /// How long nothing of a study must have come.
    let quiet: Duration
    private var studies: [String: Study] = [:]
    /// Study of each file.
    private var places: [String: String] = [:]

    init(quiet: Duration) {
        self.quiet = quiet
    }

    /// Whether this very file is in a study that is being gathered.
    func holds(_ name: String, _ stamp: FolderSnapshot.Stamp) -> Bool {
        places[name].flatMap { studies[$0]?.files[name] }?.stamp == stamp
    }

    mutating func add(_ file: ExaminedFile, _ stamp: FolderSnapshot.Stamp, at now: ContinuousClock.Instant) {
        let name = file.instance.name
        remove(name)
        studies[file.studyUID, default: Study(lastChange: now)].files[name] = (file, stamp)
        studies[file.studyUID]?.lastChange = now
        places[name] = file.studyUID
    }

    private mutating func remove(_ name: String) {
        guard let studyUID = places.removeValue(forKey: name) else { return }
        studies[studyUID]?.files[name] = nil
        if studies[studyUID]?.files.isEmpty == true { studies[studyUID] = nil }
    }

    /// Forgets files that are gone or do not look as they did; they come again when they are stable again. Their studies wait longer.
    mutating func keep(only files: [String: FolderSnapshot.Stamp], at now: ContinuousClock.Instant) {
        for (name, studyUID) in places where studies[studyUID]?.files[name]?.stamp != files[name] {
            studies[studyUID]?.lastChange = now
            remove(name)
        }
    }

    /// Takes out the studies that have been quiet for long enough, their files by name.
    ///
    /// - Parameter isClosed: whether whoever writes the files is done with a study.
    mutating func takeQuiet(at now: ContinuousClock.Instant, where isClosed: (String) -> Bool = { _ in true }) -> [StudyPlan] {
        var plans: [StudyPlan] = []
        for (studyUID, study) in studies.sorted(by: { $0.key < $1.key }) where now - study.lastChange >= quiet && isClosed(studyUID) {
            let files = study.files.values.map(\.file).sorted { $0.instance.name < $1.instance.name }
            let instances = files.map(\.instance)
            plans.append(
                StudyPlan(
                    studyUID: studyUID, instances: instances, annotationFiles: instances.filter(\.isAnnotation).map(\.path),
                    subject: files.first?.subject, headerOrder: files.first?.headerOrder))
            studies[studyUID] = nil
            for instance in instances { places[instance.name] = nil }
        }
        return plans
    }
}
