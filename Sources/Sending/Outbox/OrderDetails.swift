import Basics
import Crypto
import Foundation
import Protocol

/// What a person at the clinic adds to a study: it goes before what the study's header says.
package struct OrderDetails: Sendable, Equatable {
    package var question: String?
    package var history: String?
    /// How soon after the study was taken in the answer is needed.
    package var due: Duration?
    package var callback: String?

    package init(question: String? = nil, history: String? = nil, due: Duration? = nil, callback: String? = nil) {
        self.question = question
        self.history = history
        self.due = due
        self.callback = callback
    }

    /// The whole order of a study.
    func order(_ priority: Priority, _ header: HeaderOrder?, at now: Date) -> ClinicalOrder {
        ClinicalOrder(
            isUrgent: priority == .stat, question: question ?? header?.question, history: history ?? header?.history,
            due: due.map { now.addingTimeInterval(Double($0.components.seconds)) }, callback: callback)
    }

    /// For the digest that makes two orders the same; `nil` when nothing was added.
    ///
    /// Not when it is due: a study that is given again, as after a power cut, is the same study.
    var identifyingBytes: [UInt8]? {
        guard question != nil || history != nil || callback != nil else { return nil }
        return [question, history, callback].flatMap { text in [text == nil ? 0 : 1] + Array((text ?? "").utf8) + [0] }
    }
}
