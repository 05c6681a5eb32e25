import ChildProcesses
import Receiving

/// What is done with a reply whose documents are in their folder: its texts are put beside them, it is told of, and a person's command
/// runs. All of it again after a crash in the middle.
struct ReplyArrival: Sendable {
    let intake: ReplyIntake
    let hook: CommandHook?
    let observer: any ReplyObserver

    func take(_ study: EndedStudy) async {
        observer.observe(.arrived(ReplyArrived(study.end, await takenIn(study))))
        guard let hook, let folder = study.end.folder else { return }
        let environment = ["VEILRAY_TRANSFER=\(study.end.transfer)", "VEILRAY_PEER=\(study.end.peer)", "VEILRAY_STATE=\(study.end.event)"]
        let trouble = await hook.trouble(for: "the reply in \(folder)", [folder], environment: environment)
        if let trouble { observer.observe(.trouble(trouble)) }
    }

    /// `nil` where nothing of it could be restored, and where its texts cannot be written.
    private func takenIn(_ study: EndedStudy) async -> ReplyIntake.Taken? {
        guard let folder = study.end.folder else { return nil }
        do {
            let taken = try await intake.take(
                manifest: study.manifest, from: study.sender, in: folder, studyUID: ReplyArrived.study(of: folder))
            for remark in taken?.remarks ?? [] { observer.observe(.trouble("the reply in \(folder): \(remark)")) }
            return taken
        } catch {
            observer.observe(.trouble("the reply in \(folder) was not taken in: \(error)"))
            return nil
        }
    }
}
