import COpenSSL

/// OpenSSL's error queue of the calling thread, taken out of it.
struct TLSErrorStack {
    struct Entry {
        let library: Int32
        let reason: Int32
        let text: String
    }

    let entries: [Entry]

    /// Empties the queue. Called right after a call that failed, on the same thread.
    static func drain() -> TLSErrorStack {
        var entries: [Entry] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            entries.append(Entry(library: ERR_GET_LIB(code), reason: ERR_GET_REASON(code), text: text(of: code)))
        }
        return TLSErrorStack(entries: entries)
    }

    var texts: [String] { entries.map(\.text) }

    /// The reasons that libssl itself gave.
    var tlsReasons: [Int32] { entries.filter { $0.library == ERR_LIB_SSL }.map(\.reason) }

    private static func text(of code: UInt) -> String {
        guard let reason = ERR_reason_error_string(code) else { return "error \(code)" }
        let words = String(cString: reason)
        guard let library = ERR_lib_error_string(code) else { return words }
        return "\(String(cString: library)): \(words)"
    }
}

extension TLSErrorStack {
    /// The meaning, for people, of the stack of a failed handshake, read or write.
    ///
    /// - Parameter verification: What the certificate check said, where it said something.
    func channelError(verification: String?) -> ChannelError {
        for reason in tlsReasons {
            if let error = meaning(of: reason, verification: verification) {
                return error
            }
        }
        return ChannelError(.tlsFailure, "TLS failed", details: texts)
    }

    private func meaning(of reason: Int32, verification: String?) -> ChannelError? {
        switch reason {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            let why = verification.map { ": \($0)" } ?? ""
            return ChannelError(.peerNotTrusted, "the peer's certificate is not trusted\(why)", details: texts)
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            return ChannelError(.noPeerCertificate, "the peer presented no certificate", details: texts)
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG,
            SSL_R_BAD_PACKET_LENGTH, SSL_R_UNEXPECTED_MESSAGE, SSL_R_BAD_RECORD_TYPE:
            return ChannelError(.notTLS, "the other side does not speak TLS", details: texts)
        case SSL_R_UNSUPPORTED_PROTOCOL, alert(SSL_AD_PROTOCOL_VERSION):
            return ChannelError(.unsupportedTLSVersion, "the other side does not offer TLS 1.3", details: texts)
        case SSL_R_UNEXPECTED_EOF_WHILE_READING:
            return ChannelError(.cut, "the connection was cut", details: texts)
        case alert(SSL_AD_NO_CERTIFICATE)...alert(SSL_AD_CERTIFICATE_UNKNOWN), alert(SSL_AD_UNKNOWN_CA), alert(SSL_AD_ACCESS_DENIED),
            alert(SSL_AD_CERTIFICATE_REQUIRED):
            return ChannelError(.refusedByPeer, "the peer does not trust this side's certificate", details: texts)
        default:
            return nil
        }
    }

    /// How OpenSSL numbers an alert that came from the peer among its reasons.
    private func alert(_ number: Int32) -> Int32 { SSL_AD_REASON_OFFSET + number }
}
