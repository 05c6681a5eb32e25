import Basics
import LinkSimulator
import SecureChannel
import Testing

extension ChannelTests {
    /// Wherever a link is cut or damaged, also in the middle of the handshake: nobody is taken for distrusted.
    @Suite("Distrust") struct DistrustTests {
        private static let distrust: Set<ChannelError.Code> = [.refusedByPeer, .peerNotTrusted, .noPeerCertificate]

        /// How an attempt with one fault ends at the connector: from connecting to the first message of the peer.
        private func end(
            of fault: LinkFault, _ listener: TestListener, awaitsAcceptance: Bool
        ) async throws -> ChannelError.Code? {
            var conditions = LinkConditions()
            conditions.faults = [fault]
            let link = try SimulatedLink(to: listener.port, conditions)
            defer { link.stop() }
            var configuration = ChannelConfiguration()
            configuration.awaitsAcceptance = awaitsAcceptance
            // What the fault makes of a length may be waited for.
            configuration.handshakeTimeout = .milliseconds(500)
            return await errorCode {
                let connection = try await listener.connect(port: link.port, configuration: configuration)
                try await connection.send(Message(frames: [Array(repeating: 1, count: 2_000)]))
                let timer = Task {
                    try await Task.sleep(for: .seconds(1))
                    await connection.leave()
                }
                defer { timer.cancel() }
                _ = try await connection.receive()
            }
        }

        @Test(
            "is never read into a link that breaks",
            arguments: [LinkFault.Kind.cut, .reset, .flip], LinkDirection.allCases)
        func brokenLinks(_ kind: LinkFault.Kind, _ direction: LinkDirection) async throws {
            let listener = try await TestListener()
            let answering = Task {
                for await connection in listener.listener.connections {
                    Task {
                        _ = try? await connection.receive()
                        try? await connection.send(Message(frames: [[2]]))
                        await connection.close()
                    }
                }
            }
            let offsets = Array(stride(from: 1, to: 2_600, by: kind == .flip ? 97 : 61))
            for start in stride(from: 0, to: offsets.count, by: 8) {
                try await withThrowingTaskGroup(of: (LinkFault, ChannelError.Code?).self) { group in
                    for offset in offsets[start..<min(start + 8, offsets.count)] {
                        group.addTask {
                            let fault = LinkFault(kind: kind, direction: direction, offset: offset)
                            return (fault, try await end(of: fault, listener, awaitsAcceptance: offset % 2 == 0))
                        }
                    }
                    for try await (fault, code) in group {
                        #expect(code.map(Self.distrust.contains) != true, "\(fault): \(String(describing: code))")
                    }
                }
            }
            await listener.listener.stop()
            await answering.value
            // The listener may call what it sees what it likes, but trust is not among it.
            #expect(Self.distrust.isDisjoint(with: listener.events.codes), "\(listener.events.codes)")
        }

        @Test("is told by an alert, also to a peer that has sent much meanwhile") func stranger() async throws {
            let listener = try await TestListener()
            var configuration = ChannelConfiguration()
            configuration.awaitsAcceptance = false
            for _ in 1...20 {
                let code = await errorCode {
                    let stranger = try await listener.connect(as: listener.identities.stranger, configuration: configuration)
                    try? await stranger.send(Message(frames: [Array(repeating: 1, count: 400_000)]))
                    _ = try await stranger.receive()
                }
                #expect(code == .refusedByPeer)
            }
            await listener.listener.stop()
        }
    }
}
