/// What one look at a file that is to be sent has shown.
package struct ExaminedFile: Sendable {
    /// What the manifest says of it.
    package let instance: PlannedInstance
    /// Its original StudyInstanceUID, or what stands for it.
    package let studyUID: String
    package let subject: StudySubject
    var headerOrder: HeaderOrder?
    /// Why it may not be whole yet, where somebody may be writing it still.
    let doubt: FileDoubt?
}
