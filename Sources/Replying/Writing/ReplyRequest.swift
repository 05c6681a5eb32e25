import Basics
import Foundation
import Protocol

/// What a radiologist wants to send back.
package struct ReplyRequest: Sendable {
    /// A file of the study, and its frames of interest, counted from 1.
    package struct KeyImage: Sendable, Equatable {
        package let path: String
        package let frames: [Int]

        /// Reads `FILE` or `FILE#3,7`.
        package init?(_ text: String) {
            guard let mark = text.lastIndex(of: "#") else {
                (path, frames) = (text, [])
                return
            }
            let numbers = text[text.index(after: mark)...].split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard !numbers.isEmpty, numbers.allSatisfy({ $0 > 0 }), mark > text.startIndex else { return nil }
            (path, frames) = (String(text[..<mark]), numbers)
        }
    }

    /// A file as it was given.
    package struct File: Sendable {
        package let name: String
        package let bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// Of a report's text, in bytes, before it is looked at.
    package static let maximumTextByteCount = 1 << 20
    /// Of each file that is sent as it is, in bytes.
    package static let maximumDocumentByteCount = 256 << 20

    /// The report in words; `nil` where the PDF or the documents say it.
    package var text: [UInt8]?
    /// The radiologist's own PDF.
    package var pdf: File?
    /// DICOM objects of the radiologist's workstation.
    package var documents: [File] = []
    package var status = ReportStatus.final
    package var criticality = Criticality.none
    package var keyImages: [KeyImage] = []
    package var author: String
    /// Where the clinic can ask: a name and a telephone number.
    package var callback: String?
    /// RFC 5646, such as `de`.
    package var language: String?

    package init(author: String) {
        self.author = author
    }
}
