import ArgumentParser
import CommandLineSupport
import DICOMNetwork
import MarkCommands
import Sending

struct VeilraySend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "veilray-send",
        abstract: "Send DICOM studies as anonymous images that only their receiver can restore.",
        discussion: """
            Once: make an identity (init), give your card to the receiver (card), and trust the receiver's card after comparing \
            fingerprints over the telephone (trust). Then: veilray-send study FOLDER --to NAME --address HOST:PORT.
            """,
        version: Release.version,
        subcommands: [
            StudyCommand.self, ServeClinicCommand.self, WatchCommand.self, ListenCommand.self, DeliverCommand.self, TakeRepliesCommand.self,
            OutboxStatusCommand.self, DiscardQueuedCommand.self, ReceiptsCommand.self, AcknowledgeCommand.self,
            SealCommand.self, EncryptCommand.self, PreviewCommand.self, EvaluateCommand.self, InitCommand.self, CardCommand.self,
            TrustCommand<StudyRebindingFollowUp>.self,
            MarkCommand.self, VerifyCommand.self, UnmarkCommand.self, VolumeKeyCommand.self,
        ])
}

@main
enum SendProgram {
    /// Not asynchronous, so that the program begins on its first thread, while that is the only one.
    static func main() {
        AssociationWorker.serveIfAsked()
        VeilraySend.runProgram()
    }
}
