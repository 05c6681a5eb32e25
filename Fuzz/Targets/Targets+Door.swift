@testable import DICOMNetwork

extension FuzzTarget {
    /// Messages between the door and its child: a message that was read is written as the same bytes.
    static let doorMessage = FuzzTarget(
        name: "door-message", maximumByteCount: 512,
        seeds: {
            let offer = InstanceOffer(sopClassUID: "1.2", sopInstanceUID: "3.4", transferSyntaxUID: "5.6")
            let fromChild: [ChildMessage] = [
                .ready(isFiltered: true), .requested(calling: "CT1", called: "VEILRAY", implementation: "X"), .offered(offer),
                .received(byteCount: 7, failure: 28), .ended(.broken, reason: "a reason"),
            ]
            let fromParent: [ParentMessage] = [
                .take(idleSeconds: 300, patienceSeconds: 30), .accept, .reject(result: 1, source: 1, reason: 7), .write,
                .answer(.conflict("another")),
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
