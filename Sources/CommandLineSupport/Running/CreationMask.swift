public import ArgumentParser
import Foundation

/// The rights of others to the files and folders that a program makes.
///
/// They hold patients' data and keys: nobody but their owner may read them, whatever mask the program was started with, unless a person
/// asks for another (`--umask`). Files with keys are made for their owner alone in any case.
public enum CreationMask {
    /// Nothing for others (umask(2)).
    static let strict: mode_t = 0o077

    /// Takes everything from others that the inherited mask left them. A stricter mask stays. Call it before threads are started.
    static func restrict() {
        let inherited = umask(strict)
        umask(inherited | strict)
    }

    /// Sets the mask that a person has asked for.
    static func set(_ mask: mode_t) { umask(mask) }
}

/// A mask on a command line: octal digits, as umask(1) takes them.
public struct CreationMaskArgument: ExpressibleByArgument, Sendable, Equatable {
    let mask: mode_t

    /// `nil`, unless the text is an octal number from 000 to 077: what the owner may do is not to be taken away.
    public init?(argument: String) {
        guard (1...4).contains(argument.utf8.count), argument.allSatisfy(\.isASCII), let mask = mode_t(argument, radix: 8),
            mask <= CreationMask.strict, argument.first != "+"
        else { return nil }
        self.mask = mask
    }
}

/// `--umask`, for the commands that make files for people.
public struct CreationMaskOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The permissions withheld from others on files and folders that are made, in octal digits; 077, all of them, unless given.",
            discussion: "027 lets the group read them. Files with keys are for their owner alone in any case.", valueName: "mask"))
    var umask: CreationMaskArgument?

    public init() {}

    /// From here on files are made as asked; call it before the first one is.
    public func apply() {
        if let umask { CreationMask.set(umask.mask) }
    }
}
