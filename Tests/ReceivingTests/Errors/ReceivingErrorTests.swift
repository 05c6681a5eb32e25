import Basics
import Files
import Protocol
import StegoKit
import Testing

@testable import Receiving

/// What errors mean to a person and to a sender.
@Suite struct ReceivingErrorTests {
    private static let place = "/srv/studies/secret"

    /// Every code has a meaning, and no meaning names a place of this side.
    @Test(arguments: ReceivingError.Code.allCases) func noPlaceIsToldToASender(_ code: ReceivingError.Code) {
        let error = ReceivingError(code, "what happened", path: Self.place)
        #expect(error.description == "\(Self.place): what happened")
        #expect(!error.instanceFailure.text.contains(Self.place))
        #expect(FailureKind(of: error) == error.kind)
    }

    @Test func endsOfSessions() {
        #expect(ReceivingError.transferConflict.abortCode == .refused)
        #expect(ReceivingError.tooManyStudies(3).abortCode == .refused)
        #expect(ReceivingError.senderNotTrusted.abortCode == .notTrusted)
        #expect(ReceivingError.storage(.diskFull).abortCode == .storageFull)
        #expect(ReceivingError.storage(.folderAway).abortCode == .internalFailure)
        #expect(ReceivingError.folderIsAnother(Self.place).abortCode == .internalFailure)
    }

    @Test func otherErrorsAreTakenIn() {
        let full = FileError("write", Self.place, number: 28)
        #expect(ReceivingError(of: full).code == .storageFull)
        #expect(InstanceFailure(of: full) == .diskFull)
        let denied = FileError("write", Self.place, number: 13)
        #expect(ReceivingError(of: denied).code == .storageFailure)
        #expect(InstanceFailure(of: denied).code == .storageFailure)
        #expect(!InstanceFailure(of: denied).text.contains(Self.place))
        #expect(InstanceFailure(of: StegoError(.tampered, "no good")) == InstanceFailure(.tampered, "no good"))
        #expect(InstanceFailure(of: CancellationError()).text == "something failed at the receiver")
        #expect(ReceivingError(of: ReceivingError.spoolLoss) == .spoolLoss)
    }

    @Test func onlyFoldersThatAreAwayHaveAdvice() {
        for code in ReceivingError.Code.allCases {
            let error = ReceivingError(code, "what happened", path: Self.place)
            #expect((error.folderAdvice != nil) == error.isFolderAway, "\(code)")
        }
        #expect(ReceivingError.folderUnmarked(Self.place).folderAdvice?.contains("use-folder '\(Self.place)'") == true)
    }
}
