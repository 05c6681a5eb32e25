import Foundation
import SeededRandomness

/// A synthetic CT header (seed 1 000 442 of scripts/train-dictionary) as version 1 of the dictionary compressed it, zstd 1.5.4.
/// Never make it again: it stands for the records out there.
enum CommittedSample {
    static let dictionaryIdentifier: UInt32 = 36353
    static let contentByteCount = 5024
    static let contentDigest = "0b8aa1409adfd00d064772ccdff41679feb0f84b894b7d3c6b964ff7d5609c1a"

    static var compressed: [UInt8] { [UInt8](Data(base64Encoded: base64) ?? Data()) }

    private static let base64 = """
        YgGOoBJtJwBD53FGekyHgskbqJyYBTSVIoknRE0ooWMJJW6sJKGDrMEMUtO5rUy2yA0bl7NfXO/danKeqNIDqCv0Chtg0sAEO0wgiSNt21rtVobcu1r+ynxn\
        3uwVS05hirG8HV7QiF6eN4WuCwsrKDYsIMoRDirExr4tfihQJIcbiTIwysGikpLKGBOd6O4GyxJXmKIHSqoX0wKIFOKkhgmWgATvFdkgVbrMONfvsWjgpFBU\
        17baiEgXL5kkF9GJdj3rqVTb3v3oy/29Xxn/aujpq2EvV7h4V2NNtcWdpduBWv9uy3yXV9NXf9bWpakLuxsXtdt65fXl7ZXtL6IuQhBZLevq4Q51qF71O5fy\
        GqNzg8gMW9BC1drqsqWOBLbvvosZoQj5/yx1eX7Fyc1ssR8L9kBEmkHV7/6//l8DN8iIQBZGQxCJYYSJuxWWkQ8HHLP2bCXglLEdVSO352J2LCtYPfZoashR\
        iD5c4Q8vTgDgACjSmINJpgiRLrg4FRS7ZrZ4c+vWxFy7Gk+lT8S8scf1mp6+6d5eTjIwMjp4sBHFE6ifBOiYflp6m+amav5yaqfTALmZuflR4doiMzox28u2\
        F1NvXlfX5aidzNna1Z3GBYFG/ATWUGK0cw4PZT0WkBTxVVwG7J6ewe5cfI/oPaLi8fXz8/HTQtf/0k32/l9b+LjyN3GBDH8cdRjaXGHuT2YVBJxswOMjlyp0\
        A2aI5HRlGVJgiYsH3KQfJ31zkE27XCOEyHPUPyv3Gp++Poh0LOF4RHRcCJyQLhT2KVuJGlyJVgWU4iywuZcrLZnKFw9O/psgsPy5zqV7Kwg/fw9S6WJ2BbTr\
        RQHGJapyjOAKolY1eyufu6mzx5WEE8jKwFXfvHKOY2Epx8PS1j8reulZgoCnyx8TbP4K7JxTE/b89hY9K7MBSr9Xpo8I31+0BdSYnKpxEcOKt08NNtWxvhPC\
        FtvmM5SfobZZnR3XaApJU6vUock+D7DzR4JXfw0iuwkycFIL6DfvRnD0RklefOjk+I7d/V3JvH5A7nI99CAAFg+ej9mZIa9+JNrbXfQEqoxvtKdHBBA7IbOj\
        hlcgszOmx6CQGyyODogwiHR5lhKR8+nuVfVIHzRRUZOiXx1he/kpiC8I+xTc34pBr2nYa8GhPByi/gjMrhhkVz23NPs20AoNyLlYK8t4an3CYphhZCEdnnuz\
        Y3IraZ+6vMX4+VudE14D2xhnzeTNzkoCtBpb0aprfOxxU2wwteaBtaZzRPN1fOScCggAGLs+xwCc2LHKMgTighpfIIu9X3dm/9bs8Mw6X1U4uSWGaD3OJkJ+\
        x/gdcCz9guPiPWx8/S1RGOfuU5FwUPJOaCejyIVKdNaAdyEh3mkdHQ6VuhD3BJXnGfQ0oaChuNrxQLupUDEhTmAhiuPHKZLka+JOEFbJtqSIiy3JXGcBlL6q\
        s89/e9sXEJQPbnfEpfm7ijWz+E/mLorBYCA1RNSq+cqF3XhP6RASn12hH5e56+KwzvWxxAI0abTFQtoM+0uEdc4WWsPfwPLW30wzMEcTEPhRty7l8R2Mbqru\
        X1F3Jr6U+m+dbpe4ZGJ76g7czsK3TrTzyouVKAOug5XB81ttZ7OxKDRNWef2D3YpDWolKPWEGPx0/huH4rJMl4vCvu/jcQFMzjEMDJhDj5/7rnCwJf6T+L28\
        OeNrinK9YmAD
        """
}

extension SplitMix64 {
    /// Bytes without structure.
    mutating func noise(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    /// Bytes with repetitions, pieces of the dictionary and noise between: what a header looks like to a compressor.
    mutating func headerLike(_ count: Int, dictionary: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let length = Int.random(in: 1...200, using: &self)
            switch UInt8.random(in: 0...3, using: &self) {
            case 0: bytes += noise(length / 8 + 1)
            case 1: bytes += [UInt8](repeating: .random(in: 0...3, using: &self), count: length)
            default:
                let start = Int.random(in: 0...(dictionary.count - length), using: &self)
                bytes += dictionary[start..<start + length]
            }
        }
        return Array(bytes.prefix(count))
    }
}
