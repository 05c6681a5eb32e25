import Basics
import Files
import Protocol
import Testing

@testable import CommandLineSupport
@testable import SecureChannel

@Suite struct ExitStatusTests {
    // Swift Testing has an exit status, too.
    private typealias ExitStatus = CommandLineSupport.ExitStatus

    /// What each failure asks a script to do; a code that is added must be added here.
    private static let protocolCodes: [ExitStatus: [ProtocolError.Code]] = [
        .usage: [
            .identityExists, .identityMissing, .homeUnknown, .invalidName, .invalidAddress, .invalidFingerprint, .trustConflict, .misuse,
        ],
        .badData: [
            .notACard, .cardTruncated, .cardDamaged, .unsupportedCardVersion, .weakKey, .cardOutdated, .keyFileDamaged, .capsuleDamaged,
            .unsupportedCapsuleVersion, .studyKeyConflict, .manifestInvalid, .receiptInvalid, .limitExceeded,
        ],
        .unavailable: [.versionMismatch, .noCommonCapability],
        .inputOutput: [.fileAccess],
        .tryAgain: [.protocolViolation, .peerAborted, .studyEnded, .peerSilent, .cut, .ended],
        .notTrusted: [.notTrusted, .wrongPeer, .badSignature, .keyFilePermissions, .capsuleNotForUs, .studyKeyUnknown],
    ]

    private static let channelCodes: [ExitStatus: [ChannelError.Code]] = [
        .usage: [.invalidCredentials, .invalidConfiguration],
        .unavailable: [
            .unknownHost, .cannotListen, .cannotConnect, .handshakeTimedOut, .handshakeInterrupted, .notTLS, .unsupportedTLSVersion,
            .tooManyConnections,
        ],
        .inputOutput: [.systemFailure],
        .tryAgain: [
            .turnedAway, .tlsFailure, .protocolViolation, .messageTooLarge, .invalidMessage, .peerSilent, .cut, .closed, .cancelled,
        ],
        .notTrusted: [.noPeerCertificate, .peerNotTrusted, .refusedByPeer],
    ]

    @Test(arguments: ProtocolError.Code.allCases) func protocolErrors(_ code: ProtocolError.Code) {
        let expected = Self.protocolCodes.first { $0.value.contains(code) }?.key
        #expect(ExitStatus(of: ProtocolError(code, "a reason")) == expected)
    }

    @Test(arguments: ChannelError.Code.allCases) func channelErrors(_ code: ChannelError.Code) {
        let expected = Self.channelCodes.first { $0.value.contains(code) }?.key
        #expect(ExitStatus(of: ChannelError(code, "a reason")) == expected)
    }

    @Test func aPeerThatDoesNotTrustUs() {
        #expect(ExitStatus(of: ProtocolError(.peerAborted, "", abortCode: .notTrusted)) == .notTrusted)
        #expect(ExitStatus(of: ProtocolError(.peerAborted, "", abortCode: .shuttingDown)) == .tryAgain)
    }

    @Test func otherErrors() {
        struct Unknown: Error {}
        #expect(ExitStatus(of: OperationFailure(.unavailable, "")) == .unavailable)
        #expect(ExitStatus(of: FileError("read", "file", number: 5)) == .inputOutput)
        #expect(ExitStatus(of: CancellationError()) == .tryAgain)
        #expect(ExitStatus(of: Unknown()) == .badData)
    }

    @Test func numbersAreThoseOfSysexits() {
        let all: [ExitStatus] = [.success, .usage, .badData, .unavailable, .inputOutput, .tryAgain, .notTrusted]
        #expect(all.map(\.rawValue) == [0, 64, 65, 69, 74, 75, 77])
        #expect(all.map(\.exitCode.rawValue) == all.map(\.rawValue))
        #expect(all == all.sorted())
    }
}
