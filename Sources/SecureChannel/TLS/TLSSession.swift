import Basics
import COpenSSL
import Glibc
import Synchronization

/// The outcome of a non-blocking step of TLS.
enum TLSStep {
    /// Bytes moved, or zero for a step that moves none.
    case done(Int)
    /// To be repeated when the socket is readable.
    case needsReadable
    /// To be repeated when the socket is writable.
    case needsWritable
    /// The peer has closed its direction with close_notify.
    case closedByPeer
}

/// The owner of an `SSL` over a non-blocking socket that it does not own.
///
/// The connection's thread moves bytes; other threads may ask for the exporter. A lock, never held across a wait, keeps the two apart.
final class TLSSession: Sendable {
    private struct Handle: ~Copyable {
        let pointer: OpaquePointer

        init(context: TLSContext, socket: Int32, refused: RefusedCertificate) throws(ChannelError) {
            ERR_clear_error()
            guard let pointer = SSL_new(context.handle) else { throw TLSContext.setUpFailure() }
            // Unretained: the session owns the object, and the `SSL` with it.
            guard SSL_set_fd(pointer, socket) == 1,
                SSL_set_ex_data(pointer, RefusedCertificate.index, Unmanaged.passUnretained(refused).toOpaque()) == 1
            else {
                SSL_free(pointer)
                throw TLSContext.setUpFailure()
            }
            switch context.role {
            case .client: SSL_set_connect_state(pointer)
            case .server: SSL_set_accept_state(pointer)
            }
            self.pointer = pointer
        }

        deinit { SSL_free(pointer) }
    }

    private let handle: Mutex<Handle>
    /// Kept because OpenSSL's callbacks point into it.
    private let context: TLSContext

    /// Where the judging of certificates puts the one that it refuses.
    private let refused = RefusedCertificate()

    init(context: TLSContext, socket: Int32) throws(ChannelError) {
        self.context = context
        handle = Mutex(try Handle(context: context, socket: socket, refused: refused))
    }

    /// A step of the handshake. `.done` means that this side has verified the peer's certificate and the peer's possession of its key.
    ///
    /// - Throws: `peerNotTrusted` with the certificate that was refused; what else ends it.
    func handshake() throws(ChannelError) -> TLSStep {
        do {
            return try step { pointer in
                (SSL_do_handshake(pointer), 0)
            }
        } catch {
            throw error.about(refused.der)
        }
    }

    /// Reads at most one record's rest.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ChannelError) -> TLSStep {
        try step { pointer in
            var count = 0
            return (SSL_read_ex(pointer, buffer.baseAddress, buffer.count, &count), count)
        }
    }

    /// Writes at least one record or nothing. After `.needsWritable` the same bytes have to be offered again.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ChannelError) -> TLSStep {
        try step { pointer in
            var count = 0
            return (SSL_write_ex(pointer, bytes.baseAddress, bytes.count, &count), count)
        }
    }

    /// Sends close_notify. `.done` means that the socket has taken it.
    func sendCloseNotify() throws(ChannelError) -> TLSStep {
        try step { pointer in
            let result = SSL_shutdown(pointer)
            // Zero: ours is sent, the peer's has not come yet.
            return (result == 0 ? 1 : result, 0)
        }
    }

    /// The peer's certificate in DER, empty before the handshake is done.
    var peerCertificateDER: [UInt8] {
        handle.withLock { handle in
            guard let certificate = SSL_get0_peer_certificate(handle.pointer) else { return [] }
            return Certificate.der(of: certificate)
        }
    }

    /// Whether both sides agreed on this channel's application protocol; a plain TLS tunnel offers none.
    var negotiatedApplicationProtocol: String? {
        handle.withLock { handle in
            var name: UnsafePointer<UInt8>?
            var length: UInt32 = 0
            SSL_get0_alpn_selected(handle.pointer, &name, &length)
            return name.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self) }
        }
    }

    /// Bytes that went through the socket so far: TCP's payload.
    var wireBytes: (sent: UInt64, received: UInt64) {
        handle.withLock { handle in
            (BIO_number_written(SSL_get_wbio(handle.pointer)), BIO_number_read(SSL_get_rbio(handle.pointer)))
        }
    }

    /// Keying material that only the two ends of this very connection can compute (RFC 8446 §7.5).
    func exporter(label: String, context: [UInt8], length: Int) throws(ChannelError) -> [UInt8] {
        guard 1...4096 ~= length else {
            throw ChannelError(.invalidConfiguration, "an exporter gives from 1 to 4096 bytes")
        }
        var output = [UInt8](repeating: 0, count: length)
        let (result, stack) = handle.withLock { handle in
            ERR_clear_error()
            let result = SSL_export_keying_material(
                handle.pointer, &output, length, label, label.utf8.count, context, context.count, 1)
            return (result, TLSErrorStack.drain().texts)
        }
        guard result == 1 else {
            throw ChannelError(.tlsFailure, "the connection gives no keying material", details: stack)
        }
        return output
    }

    /// Runs one OpenSSL call and reads its outcome. Between clearing the error queue and reading it nothing else runs on this thread.
    private func step(_ call: (OpaquePointer) -> (result: Int32, count: Int)) throws(ChannelError) -> TLSStep {
        try handle.withLock { (handle) throws(ChannelError) -> TLSStep in
            ERR_clear_error()
            errno = 0
            let (result, count) = call(handle.pointer)
            guard result != 1 else { return .done(count) }
            let systemError = errno
            switch SSL_get_error(handle.pointer, result) {
            case SSL_ERROR_WANT_READ: return .needsReadable
            case SSL_ERROR_WANT_WRITE: return .needsWritable
            case SSL_ERROR_ZERO_RETURN: return .closedByPeer
            case SSL_ERROR_SYSCALL:
                _ = TLSErrorStack.drain()
                let why = systemError == 0 ? "" : ": \(systemMessage(systemError))"
                throw ChannelError(.cut, "the connection was cut\(why)")
            default:
                throw TLSErrorStack.drain().channelError(verification: verification(handle.pointer))
            }
        }
    }

    private func verification(_ pointer: OpaquePointer) -> String? {
        let result = SSL_get_verify_result(pointer)
        guard result != Int(X509_V_OK), let words = X509_verify_cert_error_string(result) else { return nil }
        return String(cString: words)
    }
}

/// Remembers the certificate that a session's policy has refused: OpenSSL keeps those alone that were accepted.
final class RefusedCertificate: Sendable {
    /// The place among an `SSL`'s data that OpenSSL leaves to the application (`SSL_set_app_data`).
    static let index: Int32 = 0

    private let state = Mutex<[UInt8]?>(nil)

    var der: [UInt8]? { state.withLock { $0 } }

    func put(_ certificateDER: [UInt8]) { state.withLock { $0 = certificateDER } }

    /// That of the session whose certificate is being judged.
    static func of(_ store: OpaquePointer) -> RefusedCertificate? {
        guard let session = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
            let object = SSL_get_ex_data(OpaquePointer(session), index)
        else { return nil }
        return Unmanaged<RefusedCertificate>.fromOpaque(object).takeUnretainedValue()
    }
}
