/// Elements in ascending order of their tags, each tag at most once.
public struct DataSet: Hashable, Sendable, RandomAccessCollection {
    /// Ascending by tag.
    public private(set) var elements: [DataElement]

    public init() { elements = [] }

    /// Of several elements with one tag the last one counts, as it does for other toolkits.
    public init(_ unordered: some Sequence<DataElement>) {
        elements = Array(unordered)
        if !zip(elements, elements.dropFirst()).allSatisfy({ $0.tag < $1.tag }) { sortAndDeduplicate() }
    }

    public var startIndex: Int { elements.startIndex }
    public var endIndex: Int { elements.endIndex }
    public subscript(position: Int) -> DataElement { elements[position] }

    /// The element with a tag. Assigning nil removes it; an assigned element is stored under its own tag. O(log n) to read.
    public subscript(tag: Tag) -> DataElement? {
        get {
            let index = insertionIndex(of: tag)
            return index < elements.count && elements[index].tag == tag ? elements[index] : nil
        }
        set {
            let index = insertionIndex(of: tag)
            if index < elements.count && elements[index].tag == tag { elements.remove(at: index) }
            if let newValue { set(newValue) }
        }
    }

    /// Adds an element, replacing one with the same tag.
    public mutating func set(_ element: DataElement) {
        let index = insertionIndex(of: element.tag)
        if index < elements.count && elements[index].tag == element.tag {
            elements[index] = element
        } else {
            elements.insert(element, at: index)
        }
    }

    public mutating func remove(_ tag: Tag) { self[tag] = nil }

    /// The first position whose tag is not below this one.
    private func insertionIndex(of tag: Tag) -> Int {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if elements[middle].tag < tag { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func sortAndDeduplicate() {
        let ordered = elements.enumerated().sorted { ($0.element.tag, $0.offset) < ($1.element.tag, $1.offset) }.map(\.element)
        elements.removeAll(keepingCapacity: true)
        for element in ordered {
            if elements.last?.tag == element.tag { elements.removeLast() }
            elements.append(element)
        }
    }
}

extension DataSet {
    /// The first text value without padding; nil when the element is absent or has no value.
    public func string(_ tag: Tag) -> String? {
        strings(tag).first.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// All text values of an element; empty when it is absent.
    public func strings(_ tag: Tag) -> [String] { self[tag]?.strings ?? [] }

    /// The first value as an integer; nil when absent, empty or no integer.
    public func integer(_ tag: Tag) -> Int? { integers(tag).first }

    /// All values as integers; empty when absent or any of them is none.
    public func integers(_ tag: Tag) -> [Int] { self[tag]?.known(as: tag).integers ?? [] }

    /// The first value as a number.
    public func decimal(_ tag: Tag) -> Double? { decimals(tag).first }

    /// All values as finite numbers; empty when absent or any of them is none.
    public func decimals(_ tag: Tag) -> [Double] { self[tag]?.known(as: tag).decimals ?? [] }

    /// The first value when it is a syntactically valid UID (PS3.5 §9.1).
    public func uid(_ tag: Tag) -> String? { string(tag).flatMap { UniqueIdentifier.isValid($0) ? $0 : nil } }

    /// The items of a sequence; empty when it is absent.
    public func items(_ tag: Tag) -> [DataSet] { self[tag]?.items ?? [] }

    public mutating func set(_ tag: Tag, _ vr: ValueRepresentation, _ text: String) { set(DataElement(tag, vr, strings: [text])) }

    public mutating func set(_ tag: Tag, _ vr: ValueRepresentation, strings: [String]) { set(DataElement(tag, vr, strings: strings)) }

    public mutating func set(_ tag: Tag, _ vr: ValueRepresentation, integers: [Int]) { set(DataElement(tag, vr, integers: integers)) }

    public mutating func set(_ tag: Tag, sequence: [DataSet]) { set(DataElement(tag, sequence: sequence)) }
}

extension DataElement {
    /// An element that came as `UN` read as what the dictionary says it is.
    func known(as tag: Tag) -> DataElement {
        guard vr == .UN, let dictionaryVR = DataDictionary.valueRepresentation(of: tag) else { return self }
        return DataElement(tag, dictionaryVR, value: value)
    }
}

/// The private elements that carry what Veilray adds to a data set (PS3.5 §7.8). Documented in docs/dicom.md.
public enum VeilrayPrivate {
    /// An odd group that no vendor is known to use; the creator element is what makes it ours.
    public static let group: UInt16 = 0x5653
    public static let creator = "VEILRAY 1.0"
}

extension DataSet {
    /// The value of a private element, found by its creator wherever the creator's block lies.
    ///
    /// Values have even length in files. ``setPrivateBytes(_:creator:group:element:)`` puts the exact length in front, and this takes
    /// it off again; nil when the element is absent or its length field is not one that this software wrote.
    ///
    /// - Parameter element: the low byte of the element number.
    public func privateBytes(creator: String, group: UInt16, element: UInt8) -> [UInt8]? {
        guard let block = privateBlock(creator: creator, group: group) else { return nil }
        guard let value = self[Tag(group, UInt16(block) << 8 | UInt16(element))]?.bytes, value.count >= 4 else { return nil }
        let length = value.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length + 4 + (length % 2) == value.count else { return nil }
        return Array(value.dropFirst(4).prefix(length))
    }

    /// Stores bytes in a private `OB` element: four bytes of length (little endian), the bytes, a zero byte when they are odd.
    ///
    /// The creator gets the first free block of the group unless it has one already. O(n).
    ///
    /// - Throws: `invalidValue` when the bytes do not fit an element or the group has no free block.
    public mutating func setPrivateBytes(_ bytes: [UInt8], creator: String, group: UInt16, element: UInt8) throws(DICOMError) {
        guard bytes.count <= 0xFFFF_FF00, group & 1 == 1 else {
            throw DICOMError(.invalidValue, "\(bytes.count) bytes do not fit a private element", tag: Tag(group, UInt16(element)))
        }
        guard let block = privateBlock(creator: creator, group: group) ?? freePrivateBlock(group: group) else {
            throw DICOMError(.invalidValue, "the private group has no free block", tag: Tag(group, 0x0010))
        }
        set(Tag(group, UInt16(block)), .LO, creator)
        var value: [UInt8] = []
        value.reserveCapacity(bytes.count + 5)
        value.appendLittleEndian(UInt32(bytes.count))
        value += bytes
        if value.count % 2 == 1 { value.append(0) }
        set(DataElement(Tag(group, UInt16(block) << 8 | UInt16(element)), .OB, bytes: value))
    }

    private func privateBlock(creator: String, group: UInt16) -> UInt8? {
        (0x10...0xFF).first { string(Tag(group, UInt16($0))) == creator }
    }

    private func freePrivateBlock(group: UInt16) -> UInt8? {
        (0x10...0xFF).first { self[Tag(group, UInt16($0))] == nil }
    }
}
