/// What one look at a file that is to be sent has shown.
struct ExaminedFile: Sendable {
    /// What the manifest says of it.
    let instance: PlannedInstance
    /// Its original StudyInstanceUID, or what stands for it.
    let studyUID: String
    let subject: StudySubject
    /// Why it may not be whole yet, where somebody may be writing it still.
    let doubt: FileDoubt?
}
