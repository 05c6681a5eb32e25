@testable import DICOMNetwork

extension FuzzTarget {
    /// Messages between the door and its child: a message that was read is written as the same bytes.
    static let doorMessage = FuzzTarget(
        name: "door-message", maximumByteCount: 512,
        seeds: {
            let offer = InstanceOffer(sopClassUID: "1.2", sopInstanceUID: "3.4", transferSyntaxUID: "5.6")
            let fromChild: [ChildMessage] = [
                .ready(isFiltered: true), .requestedAction(offer), .requested(calling: "CT1", called: "VEILRAY", implementation: "X"),
                .offered(offer),
                .received(byteCount: 7, failure: 28), .ended(.broken, reason: "a reason"),
                .associated(isFiltered: true, results: [0, 3]), .answered(status: 0xB000, comment: "coerced"),
                .failed(PeerTrouble(outcome: 1, rejection: [1, 1, 7], reason: "a reason")),
            ]
            let fromParent: [ParentMessage] = [
                .take(idleSeconds: 300, patienceSeconds: 30, commits: true), .accept, .reject(result: 1, source: 1, reason: 7), .write,
                .answer(.conflict("another")), .release,
                .ask(
                    AssociationQuestion(
                        calling: "A", called: "B", seconds: 5,
                        contexts: [PresentationContext(sopClassUID: "1.2", transferSyntaxUID: "3.4")])),
                .send(OutgoingMessage(sopClassUID: "1.2", sopInstanceUID: "3.4", context: 1, offset: 132, byteCount: 7)),
                .send(
                    OutgoingMessage(
                        kind: .eventReport(2), sopClassUID: "1.2", sopInstanceUID: "3.4", context: 3, offset: 0, byteCount: 7)),
            ]
            return fromChild.map { [0] + $0.encoded } + fromParent.map { [1] + $0.encoded }
        },
        run: { bytes in
            var source = ByteSource(bytes)
            if source.byte() % 2 == 0 {
                guard let message = ChildMessage(source.rest) else { return }
                try require(ChildMessage(message.encoded) == message, "a child's message is written as it was read")
            } else {
                guard let message = ParentMessage(source.rest) else { return }
                try require(ParentMessage(message.encoded) == message, "a parent's message is written as it was read")
            }
        })
}
