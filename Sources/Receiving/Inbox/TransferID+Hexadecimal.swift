import Basics
import Protocol

extension TransferID {
    /// Reads ``description``: 32 hexadecimal digits.
    init?(hexadecimal text: String) {
        guard let bytes = [UInt8](hexadecimal: text) else { return nil }
        self.init(bytes: bytes)
    }
}

extension [TransferID] {
    /// Those that a person means, each once, in the order given.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest` where none or several are meant by one beginning.
    func meant(by beginnings: [TransferPrefix]) throws(OperationFailure) -> [TransferID] {
        let meant = try TransferPrefix.each(beginnings, of: map(\.description))
        return meant.compactMap { text in first { $0.description == text } }
    }
}
