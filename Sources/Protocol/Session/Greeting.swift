/// The first exchange of a session, with its time limit and its failures told to the peer.
enum Greeting {
    static func withDeadline<Result: Sendable>(
        _ link: SessionLink, _ deadline: Duration, _ exchange: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let timer = Task {
            guard (try? await Task.sleep(for: deadline)) != nil else { return }
            await link.fail(ProtocolError(.peerSilent, "the peer did not finish its greeting within \(deadline); connect again"))
        }
        defer { timer.cancel() }
        do {
            return try await exchange()
        } catch let error as ProtocolError {
            if let code = AbortCode(for: error) {
                // What exactly did not fit stays here: a stranger learns no more than the code.
                await link.abort(code, "")
            } else {
                await link.close()
            }
            throw error
        } catch {
            await link.close()
            throw error
        }
    }
}
