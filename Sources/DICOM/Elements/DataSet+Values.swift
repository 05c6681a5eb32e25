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
