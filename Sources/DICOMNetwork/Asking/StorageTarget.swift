public import DICOM

/// Another DICOM application that stores what it is sent: `AET@host:port`.
public struct StorageTarget: Sendable, Hashable, CustomStringConvertible {
    public let title: ApplicationEntityTitle
    public let host: String
    public let port: UInt16
    /// For a connection over TLS; `nil` without it.
    public var credentials: TargetCredentials?

    /// Reads `AET@host:port`; an IPv6 address stands in brackets.
    public init?(_ argument: String) {
        guard let at = argument.lastIndex(of: "@"),
            let title = ApplicationEntityTitle(String(argument[..<at]))
        else { return nil }
        let address = argument[argument.index(after: at)...]
        guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = address[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, isBracketed || !host.contains(":") else { return nil }
        self.title = title
        self.host = String(host)
        self.port = port
    }

    public var description: String { "\(title.text)@\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}

/// Another application's answer to a C-STORE (PS3.4 §B.2.3, PS3.7 Annex C).
public struct StoreStatus: Sendable, Hashable, CustomStringConvertible {
    public let code: UInt16
    /// The other application's remark (0000,0902); may be empty.
    public let comment: String

    public init(code: UInt16, comment: String) {
        self.code = code
        self.comment = comment
    }

    /// Whether the file is stored: success, or one of the warnings, with which it is stored all the same.
    public var isStored: Bool { code == 0x0000 || isWarning }

    /// PS3.7 §C.4.2: 0001, 0107, 0116 and everything from B000 to BFFF.
    public var isWarning: Bool { [0x0001, 0x0107, 0x0116].contains(code) || code & 0xF000 == 0xB000 }

    /// Whether the same file will fare no better however often it is sent.
    ///
    /// Lack of resources (A7xx), a failure of processing and everything that is not known here may pass.
    public var isPermanent: Bool {
        switch code {
        case 0xA900...0xA9FF, 0xC000...0xCFFF: true
        case 0x0105, 0x0106, 0x0111...0x0115, 0x0117...0x0122, 0x0124, 0x0211, 0x0212: true
        default: false
        }
    }

    private var meaning: String {
        switch code {
        case 0x0000: "stored"
        case 0xB000: "stored, elements coerced"
        case 0xB006: "stored, elements discarded"
        case 0xB007: "stored, though the data set does not match its SOP class"
        case 0x0110: "processing failure"
        case 0x0111: "it has this instance already"
        case 0x0117: "invalid SOP instance"
        case 0x0122: "the SOP class is not supported"
        case 0x0124: "not authorised"
        case 0xA700...0xA7FF: "out of resources"
        case 0xA900...0xA9FF: "the data set does not match its SOP class"
        case 0xC000...0xCFFF: "it cannot understand the file"
        default: isWarning ? "stored, with a warning" : "failure"
        }
    }

    /// Four hexadecimal digits.
    public var digits: String { StoreAnswer.digits(of: code) }

    public var description: String { "status \(digits), \(meaning)" + (comment.isEmpty ? "" : ": \(comment)") }
}
