import Protocol
import ArgumentParser
import CommandLineSupport
import DICOMNetwork
import MarkCommands
import Receiving

struct VeilrayReceive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "veilray-receive",
        abstract: "Receive DICOM studies that travel as anonymous images, and restore them exactly.",
        discussion: """
            Once: make an identity (init), give your card to the clinic (card), and trust the clinic's card after comparing \
            fingerprints over the telephone (trust). Then: veilray-receive serve --listen 0.0.0.0:7717 --into ~/studies.
            """,
        version: Release.version,
        subcommands: [
            ServeCommand.self, InboxStatusCommand.self, ReplyCommand.self, RepliesCommand.self, DiscardArrivingCommand.self,
            AcceptCommand.self, OpenCommand.self,
            DecryptCommand.self, InitCommand.self,
            CardCommand.self, ForwardCommand.self, UseFolderCommand.self, TrustCommand<NoTrustFollowUp>.self,
            MarkCommand.self, VerifyCommand.self, UnmarkCommand.self, VolumeKeyCommand.self,
        ])
}

@main
enum ReceiveProgram {
    /// Not asynchronous, so that the program begins on its first thread, while that is the only one.
    static func main() {
        AssociationWorker.serveIfAsked()
        VeilrayReceive.runProgram()
    }
}
