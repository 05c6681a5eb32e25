extension InstanceKey {
    /// For trials whose result is only counted: how much fits depends on the key a little, and no key is at hand.
    static let forTrials = StudyKey(constant: 0).instanceKey(for: "trial")
}
