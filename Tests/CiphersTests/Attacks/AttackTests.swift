import SeededRandomness
import Testing

@testable import Ciphers

@Suite("Attacks: each reads the image without its key")
struct AttackTests {
    private func check(
        _ attack: some Attack, on cipher: some ImageCipher, _ plane: Plane, seed: UInt64, queries: Int? = nil
    ) throws {
        let key = try CipherInputs.key(seed)
        let oracle = Oracle(cipher, key: key)
        #expect(try attack.recover(try cipher.encrypt(plane, key: key), with: oracle) == plane)
        if let queries { #expect(oracle.queryCount == queries) }
    }

    @Test("pixel-shuffle as published: mean and entropy are the key", arguments: [1, 8, 12, 16])
    func histogramKey(bits: Int) throws {
        let plane = try CipherInputs.image(width: 61, height: 40, bits: bits)
        try check(HistogramKeyAttack(), on: PixelShuffle(.published), plane, seed: 1, queries: 0)
        let keyed = try PixelShuffle(.keyed).encrypt(plane, key: try CipherInputs.key(1))
        let guess = try HistogramKeyAttack().recover(keyed, with: Oracle(PixelShuffle(.keyed), key: try CipherInputs.key(1)))
        #expect(guess != plane, "the keyed variant does not fall to it")
    }

    @Test("pixel-shuffle under a key that is used again: images with the target's histogram", arguments: UInt64(1)...3)
    func shuffleByHistogram(seed: UInt64) throws {
        try check(
            PermutationAttack(keepsHistogram: true), on: PixelShuffle(.keyed), try CipherInputs.image(width: 40, height: 31, bits: 10),
            seed: seed)
    }

    @Test("permutation: as many images as a place has digits to the base 2^bits", arguments: [(8, 2), (12, 1), (3, 4), (16, 1)])
    func permutation(bits: Int, queries: Int) throws {
        let plane = try CipherInputs.image(width: 50, height: 30, bits: bits)
        try check(PermutationAttack(), on: PermutationCipher(), plane, seed: 2, queries: queries)
    }

    @Test("triangular-propeller: one image more than for a permutation", arguments: UInt64(1)...3)
    func affineChain(seed: UInt64) throws {
        let plane = try CipherInputs.image(width: 37, height: 52, bits: 8, seed: seed)
        try check(AffineChainAttack(), on: TriangularPropeller(), plane, seed: seed, queries: 3)
    }

    @Test("quantum-des: a search", arguments: UInt64(1)...3)
    func desKeySearch(seed: UInt64) throws {
        let key = try CipherInputs.key(seed)
        let plane = try CipherInputs.image(width: 40, height: 20, bits: 12)
        let target = try QuantumDES().encrypt(plane, key: key)
        let attack = try DESKeySearch(key, unknownBits: 12)
        #expect(try attack.recover(target, with: Oracle(QuantumDES(), key: key)) == plane)
        #expect(throws: CipherError.self) { try DESKeySearch(key, unknownBits: 29) }
    }

    @Test("homomorphic, modular: background gives the key, from the ciphertext alone", arguments: UInt64(1)...6)
    func rationalReconstruction(seed: UInt64) throws {
        let plane = try CipherInputs.image(width: 24, height: 24, bits: 12, seed: seed)
        try check(RationalReconstructionAttack(), on: Homomorphic(.modular), plane, seed: seed, queries: 0)
        let raised = try plane.with(samples: plane.samples.map { min(4095, $0 + 37) })
        try check(RationalReconstructionAttack(), on: Homomorphic(.modular), raised, seed: seed, queries: 0)
    }

    @Test("arnold: every number of iterations is tried", arguments: UInt64(1)...3)
    func arnold(seed: UInt64) throws {
        try check(ArnoldSearchAttack(), on: ArnoldAlone(), try CipherInputs.image(width: 64, height: 64, bits: 12), seed: seed, queries: 0)
    }

    @Test("chaotic-stream as published, and any stream whose key is used again: one known image", arguments: ChaoticMap.allCases)
    func keystream(map: ChaoticMap) throws {
        let plane = try CipherInputs.image(width: 33, height: 21, bits: 11)
        let known = try CipherInputs.image(width: 33, height: 21, bits: 11, seed: 9)
        try check(KeystreamAttack(known: known), on: ChaoticStream(.published, map: map), plane, seed: 1, queries: 1)
        try check(KeystreamAttack(), on: ChaoticStream(map: map), plane, seed: 1)
        try check(KeystreamAttack(.addition, known: known), on: AdditionCipher(), plane, seed: 1)
        let key = try CipherInputs.key(1)
        let fresh = Oracle(AdditionCipher(), key: try CipherInputs.key(2))
        #expect(try KeystreamAttack(.addition).recover(try AdditionCipher().encrypt(plane, key: key), with: fresh) != plane)
    }

    @Test("chaotic-block-shuffle: an impulse a block", arguments: [(64, 48, 8), (70, 35, 12), (18, 90, 16), (47, 33, 1)])
    func blockOrder(width: Int, height: Int, bits: Int) throws {
        let plane = try CipherInputs.image(width: width, height: height, bits: bits)
        let blocks = ((width + 15) / 16) * ((height + 15) / 16)
        try check(BlockOrderAttack(), on: ChaoticBlockShuffle(), plane, seed: UInt64(bits), queries: 1 + blocks)
    }

    @Test("subkey-rounds: a codebook", arguments: UInt64(1)...2)
    func codebook(seed: UInt64) throws {
        let plane = try CipherInputs.image(width: 23, height: 19, bits: 10)
        try check(CodebookAttack(), on: SubkeyRounds(), plane, seed: seed, queries: 1 + 23 * 19)
    }

    @Test("subkey-rounds: one sample of the ciphertext changes at most nine of the image")
    func locality() throws {
        let key = try CipherInputs.key(3)
        let cipher = try SubkeyRounds().encrypt(try CipherInputs.image(width: 30, height: 30, bits: 12), key: key).plane()
        let plain = try SubkeyRounds().decrypt(.plane(cipher), key: key)
        for place in stride(from: 0, to: 900, by: 37) {
            var changed = cipher.samples
            changed[place] ^= 5
            let other = try SubkeyRounds().decrypt(.plane(try cipher.with(samples: changed)), key: key)
            #expect((1...9).contains(zip(plain.samples, other.samples).count { $0 != $1 }))
        }
    }

    @Test("dna under a key that is used again: four images", arguments: [1, 7, 8, 12, 16])
    func baseCodebook(bits: Int) throws {
        // An odd number of bits leaves half a base, which the attack reads, too: XOR is a codebook of two.
        try check(BaseCodebookAttack(), on: DNA(), try CipherInputs.image(width: 15, height: 13, bits: bits), seed: 4, queries: 4)
    }

    @Test("huffman-blowfish: the size tells the image")
    func sizeLeak() throws {
        let image = try CipherInputs.image(width: 40, height: 40, bits: 12)
        let candidates = try (0..<6).map { lost in try image.with(samples: image.samples.map { ($0 >> lost) << lost }) }
        for plane in candidates {
            try check(SizeLeakAttack(candidates: candidates), on: HuffmanBlowfish(), plane, seed: 5, queries: 0)
        }
        let key = try CipherInputs.key(5)
        let target = try HuffmanBlowfish().encrypt(candidates[0], key: key)
        #expect(throws: CipherError.self) {
            try SizeLeakAttack(candidates: [candidates[0], candidates[0]]).recover(target, with: Oracle(HuffmanBlowfish(), key: key))
        }
    }

    @Test("negative controls pass statistics and are read without a key")
    func negativeControls() throws {
        let plane = try CipherInputs.image(width: 128, height: 128, bits: 8)
        let key = try CipherInputs.key(6)
        let other = try CipherInputs.key(7)
        let stream = try NegativeControl.fixedStream.encrypt(plane, key: key)
        let chi = try #require(CipherMetrics.chiSquare(stream.plane().samples, bits: 8))
        #expect(chi.statistic < chi.criticalValue(alpha: 0.001))
        #expect(try NegativeControl.fixedStream.decrypt(stream, key: other) == plane, "no key is in it")
        let chain = try NegativeControl.additiveChain.encrypt(plane, key: key)
        #expect(try CipherMetrics.entropy(chain.plane().samples, bits: 8) > 7.5)
        #expect(try NegativeControl.additiveChain.decrypt(chain, key: other) == plane, "no key is in it")
        let shuffled = try NegativeControl.permutationOnly.encrypt(plane, key: key).plane()
        let correlation = try #require(CipherMetrics.correlation(shuffled, right: 1, down: 0))
        #expect(abs(correlation.coefficient) < correlation.criticalValue(alpha: 0.0001))
        #expect(shuffled.samples.sorted() == plane.samples.sorted())
        try check(KeystreamAttack(), on: NegativeControl.fixedStream, plane, seed: 1)
        try check(PermutationAttack(), on: NegativeControl.permutationOnly, plane, seed: 1)
        try check(AffineChainAttack(), on: NegativeControl.additiveChain, plane, seed: 1)
    }

    @Test("conditions that do not hold are typed errors")
    func notApplicable() throws {
        let key = try CipherInputs.key(1)
        let frames = try Plane(width: 2, height: 2, frames: 2, bits: 8, samples: [1, 2, 3, 4, 5, 6, 7, 8])
        let flat = try Plane(width: 20, height: 2, bits: 8, samples: [UInt16](repeating: 3, count: 40))
        let wide = try Plane(width: 17, height: 2, bits: 8, samples: [UInt16](repeating: 3, count: 34))
        let oracle = Oracle(PermutationCipher(), key: key)
        for (attack, plane) in [
            (PermutationAttack(), frames), (PermutationAttack(keepsHistogram: true), flat), (AffineChainAttack(), frames),
            (BlockOrderAttack(), wide), (CodebookAttack(), frames), (ArnoldSearchAttack(), flat), (BaseCodebookAttack(), frames),
        ] as [(any Attack, Plane)] {
            #expect(throws: CipherError.self) { try attack.recover(.plane(plane), with: oracle) }
        }
        let noise = try Homomorphic(.modular).encrypt(flat, key: key)
        #expect(throws: CipherError.self) { try RationalReconstructionAttack().recover(noise, with: oracle) }
    }
}

@Suite("Arithmetic of attacks")
struct AttackArithmeticTests {
    @Test("Sweet32: 32 GiB under one key repeat a block with 39 %, 4 MiB with 2^-27")
    func sweet32() {
        #expect(abs(Sweet32.collisionProbability(blocks: 4_294_967_296) - 0.3935) < 0.001)
        #expect(abs(Sweet32.collisionProbability(blocks: 524_288) * 134_217_728 - 1) < 0.01)
        #expect(abs(Sweet32.byteCount(probability: 0.5) / 1_073_741_824 - 37.68) < 0.1)
    }

    @Test("cycles are those that a table of visited states finds", arguments: 8...20)
    func cycles(bits: Int) {
        for seed in UInt64(1)...5 {
            let (tail, length) = FiniteCycle.measure(bits: bits, seed: seed &* 0x9E37_79B9_7F4A_7C15)
            let mask = (UInt64(1) << UInt64(bits)) - 1
            var (x, step, seen): (UInt64, Int, [UInt64: Int]) = (seed &* 0x9E37_79B9_7F4A_7C15 & mask, 0, [:])
            while seen[x] == nil {
                seen[x] = step
                step += 1
                x = x == 0 ? 0 : ((x * ((1 << UInt64(bits)) - x)) >> UInt64(bits)) * 4 & mask
            }
            #expect(seen[x] == tail)
            #expect(step - (seen[x] ?? 0) == length)
        }
    }
}
