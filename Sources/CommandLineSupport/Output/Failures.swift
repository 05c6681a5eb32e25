import ArgumentParser
import Journal
public import Protocol
import SecureChannel

extension ExitStatus {
    /// The exit code that an error of the Protocol module asks for.
    public init(_ error: ProtocolError) {
        self =
            switch error.code {
            case .notTrusted, .wrongPeer, .badSignature, .keyFilePermissions, .capsuleNotForUs, .studyKeyUnknown: .notTrusted
            case .peerAborted where error.abortCode == .notTrusted: .notTrusted
            case .identityExists, .identityMissing, .homeUnknown, .invalidName, .invalidAddress, .invalidFingerprint, .trustConflict,
                .misuse:
                .usage
            case .notACard, .cardTruncated, .cardDamaged, .unsupportedCardVersion, .weakKey, .cardOutdated, .keyFileDamaged,
                .capsuleDamaged,
                .unsupportedCapsuleVersion, .studyKeyConflict, .manifestInvalid, .receiptInvalid, .limitExceeded:
                .badData
            case .fileAccess: .inputOutput
            case .versionMismatch, .noCommonCapability: .unavailable
            case .protocolViolation, .peerAborted, .studyEnded, .peerSilent, .cut, .ended: .tryAgain
            }
    }

    private init(_ error: ChannelError) {
        self =
            switch error.code {
            case .noPeerCertificate, .peerNotTrusted, .refusedByPeer: .notTrusted
            case .unknownHost, .cannotListen, .cannotConnect, .handshakeTimedOut, .handshakeInterrupted, .notTLS, .unsupportedTLSVersion,
                .tooManyConnections:
                .unavailable
            case .invalidCredentials, .invalidConfiguration: .usage
            case .systemFailure: .inputOutput
            case .turnedAway, .tlsFailure, .protocolViolation, .messageTooLarge, .invalidMessage, .peerSilent, .cut, .closed, .cancelled:
                .tryAgain
            }
    }

    /// The exit code that any error asks for.
    public init(of error: any Error) {
        self =
            switch error {
            case let error as CommandFailure: error.status
            case let error as ProtocolError: ExitStatus(error)
            case let error as ChannelError: ExitStatus(error)
            case is FileError: .inputOutput
            case let error where JournalDatabase.threw(error): .inputOutput
            case is CancellationError: .tryAgain
            default: .badData
            }
    }
}

/// Runs a command's body; an error is told to the person in one line and becomes the exit code.
public func reportingFailures(_ body: () throws -> Void) throws {
    do { try body() } catch { throw reported(error) }
}

/// Runs a command's asynchronous body; an error is told to the person in one line and becomes the exit code.
public func reportingFailures(_ body: () async throws -> Void) async throws {
    do { try await body() } catch { throw reported(error) }
}

private func reported(_ error: any Error) -> any Error {
    // What ArgumentParser throws is already for people, and an exit code needs no words.
    if error is ExitCode || error is ValidationError || error is CleanExit { return error }
    Console.complain(JournalDatabase.reason(for: error))
    return ExitStatus(of: error).exitCode
}
