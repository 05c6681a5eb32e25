import Basics
import Crypto
import DICOM

/// What makes two instances under one UID the same: the transfer syntax and the data set's bytes. The file meta information, which says
/// who sent it, does not count.
enum InstanceDigest {
    static func of(_ file: [UInt8], from dataSetOffset: Int, transferSyntax: String) -> ContentDigest {
        var hash = SHA256()
        hash.update(data: Array(transferSyntax.utf8) + [0])
        file.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[min(dataSetOffset, $0.count)...])) }
        return ContentDigest(hash.finalize())
    }

    /// Of a file that is there; `nil` where it is no DICOM file.
    static func of(_ file: [UInt8]) -> ContentDigest? {
        guard let identity = try? StorageIdentity(of: file) else { return nil }
        return of(file, from: identity.dataSetOffset, transferSyntax: identity.transferSyntaxUID)
    }
}
