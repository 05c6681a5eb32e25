// Made by docs/formats/ciphers_vectors.py, which shares no line with the module.

enum KnownAnswers {
    /// Width, height, channels, frames, bits, and 1 for signed samples.
    static let shapes: [[Int]] = [
        [1, 1, 1, 1, 1, 0],
        [7, 5, 1, 1, 12, 0],
        [6, 4, 3, 1, 8, 0],
        [9, 9, 1, 2, 11, 1],
        [40, 33, 1, 1, 16, 1],
        [33, 50, 1, 1, 8, 0],
    ]

    /// SHA-256 of what each cipher makes of each shape.
    static let digests: [String: [String]] = [
        "pixel-shuffle": [
            "fb0fc6ec4e723d5a2d5c8c9e0cc60739ce08f4b40cfa01651f823a22e63baf73",
            "b0eb95e2f247625334579334852e858239571faf1e21471eae082f8f05903169",
            "06e9fa6996d44db9e77cb144deb3f98cfc9a35a23fc35f326b2a9dc2f36ef44c",
            "400dddd9a8cb7bf9c996f257f0df3ecfc329194af712d35659833a509a062e14",
            "e8cac0d5e8fa31b22732a31b15e9dab5907b6ce72d71283128b8d8f9d667ee2b",
            "91eb2c97fd51627e85eed1babda65ebc84bd9a327a353fff3d3d3c39baf75ac4",
        ],
        "pixel-shuffle published": [
            "fb0fc6ec4e723d5a2d5c8c9e0cc60739ce08f4b40cfa01651f823a22e63baf73",
            "61bffa6de435bd6ba4577b800b20630abc31b326652affc2a7f1d45cc2a999e3",
            "9328f10d0100709d4f5f0411514c2c53beb78618dedb9db994e9482dc0a40339",
            "98c376631ad3bccd1d36d19167009a546fd3af560e7c19b79692114fac28353e",
            "f2f3fe3628367e2c82ba0e4788a2685b864d847f008b641bc936c75ab1814480",
            "f41e9a8864f451441336e7376e477447647227e9cd4b1d797b8e309e8ae09294",
        ],
        "triangular-propeller": [
            "649591ee5dfb9715abc943195047ae2a8b2b5cc48b041d18ad0099010674c8e4",
            "c221352169d6b25851e7281a21cfa04f84730704d20b6372294de73bbdac6d92",
            "fa583e5901f73c61a5e1ef150b1e21f56b08f1e10b4b0f2ff79382e51907c499",
            "e8fcd01cb9e47fc364fb60008e516177f072c2abfa813922bd5d9a342c1c7f2e",
            "7565d2749b516168afad099732b051cc4ab91c2518221cae096cb55cd3ec007f",
            "85cb8c7d1f9b88dc8f44947c097988cbcf60205e576a46f4ee91b9c12f803894",
        ],
        "quantum-des": [
            "649591ee5dfb9715abc943195047ae2a8b2b5cc48b041d18ad0099010674c8e4",
            "d6d3db38208ad6f4e2aa5b7fa5d3865689bd8fb77d0a811555aa06d15f36d7be",
            "a1d59f1033160c006f70ccefd6a7c6805dff3a30baa2ff47ef8354d3b1b11416",
            "8fd1a3b7df0bc0f6eabb2cfc828e40033db1797138ea5572273cb204a17b59ff",
            "3bddda058e652ceb5d45f873d4fb5a1daa7ae3a1903afaf6a9ff7fabc1faf7ce",
            "375885c0f0500e4b7ce96c2166a7fd083c72711d6c63e649f17250627f3845c9",
        ],
        "homomorphic": [
            "1dcda4aea310490b9e497f45d1a288a5e44f9da1753e67555c114737821ab678",
            "eabe7d97bf3aaa9d428feede1d57bda4f371fbf7e7b2950c043a3ef884ad3434",
            "a8c7a8588d080c350909c16bd801abe3857b886c02754fa7b98902266f6d507d",
            "6d3bd575da2e002a7e00c8600b6d34ab951d938db1b534a76a6eccb4445eb8a7",
            "87f67daa0122fdb44e221374579ac17f6f206b780e82d7f95731c45cad7e831e",
            "b331c0245a7d027ab59d8938094de238453152733bf08d6d88d415bcda18baa4",
        ],
        "homomorphic modular": [
            "7ccef8edbbebcac3a31f578611e52cf3516443586806d58737f2c2799e7a0c3d",
            "a9bd1c89de9b0e2f6e436dd77cf38abaac311de2fabaea54801178c2ae58d672",
            "2c88b1066553d908ff94df306f72fde7c0f7a2358063f45c05c39d3efb4d3b35",
            "d4db2105ab6a6b714011aebee0d1ddf06a3d25f5d6aeab8f8fc252356b9c54dd",
        ],
        "homomorphic paillier": [
            "55448ec6d761d653636ac522d04a020d1a0d1fa1668c3b039e8defd5005dcd5e",
            "923fd82b503d7b538c951cd30fbbd885150c1f5f9e19472e8b451df65a02c59a",
            "2de6ec8ba81077e5c7a8d049ebbbf71aebd2bb8cb78113819f5d452ab9550d6b",
            "eb7f0c3bcea92b98ef84252ac0b5e2b49453507317163dc8a5235b0bbbc20f73",
        ],
        "arnold-aes": [
            "649591ee5dfb9715abc943195047ae2a8b2b5cc48b041d18ad0099010674c8e4",
            "89eaa0e12b11e793d251716081d914c5684f610c48ef6705406baece48db1ed6",
            "39e37be944f8167a4c108f62e08043ee703c04146fd9a7a78a0382cc104feedd",
            "35d549bc572c65ff09ebab1543ba6b7c6254ad8d997b5f9c67b0f79df23e2593",
            "14f0a9725a5b457db6fa1fffef799df84a4f7a2123c80b95830047d2d107a143",
            "b3517f794e5b272ec4279c94ae55c94070471fc62081a5494380e0adcf4e7f84",
        ],
        "chaotic-stream": [
            "649591ee5dfb9715abc943195047ae2a8b2b5cc48b041d18ad0099010674c8e4",
            "6e4deaab0d3fb82655f49887f976c4653d24bc466b21bf14b77d239f54831566",
            "9dc31146342d6cc456266f2345a896159dd72cb2a2d3c389fef24cceab108b20",
            "5ea6424348c716c3581a2c40474bc8d3fb8194f94a2836a4d7d31408eaa6adde",
            "d0ced69cbe5d7c6c75f49a282b922cd28a6cae50e2a6ca1c77555379f3d3b256",
            "515953bea9885e2697f36739ab891a817802d3259af0e61b7291e54e83e9bf28",
        ],
        "chaotic-stream henon": [
            "fb0fc6ec4e723d5a2d5c8c9e0cc60739ce08f4b40cfa01651f823a22e63baf73",
            "aa815827a5e9b60e4217b032ab64f0ec27736007ca84e79772832881372d0803",
            "03972dcb5ba3ca37a8322ad8e7b4d4f4896fa3d880d6ad5e10ce342756449fda",
            "0ec39cea901b20af9b52bf4c47769a34d06c4f577005cc3884a7fdc164c672c3",
            "6a2a013b3a8216c2e7348d0ada059dfc7b4b8998b2b46a0fbf1e6822203ecb5d",
            "4347d6c4535ab651e616c103b4316f6f2f340e76ec0d89024167430b6344aa77",
        ],
        "chaotic-stream published": [
            "fb0fc6ec4e723d5a2d5c8c9e0cc60739ce08f4b40cfa01651f823a22e63baf73",
            "05cf58e7a023c9032b1b98af91e5da27dfa67a9bfe3bdade18d81c6d58e8440f",
            "96fb6d8fbdbcd1eeb56f96aadb29f489be3495edf71232300c4f985507f8a40c",
            "75e30f76434977f929f417918574f6738be24fdc3aee1a49a637fa6c8fad1061",
            "aa557ccdbe24e686b8e4852313ca37d67195a1af164297afa34e3eba63142d23",
            "c3fb593a6147e8392426dc0804d997aec0b2efecea574d1337d5ff38fc17156a",
        ],
        "chaotic-block-shuffle": [
            "649591ee5dfb9715abc943195047ae2a8b2b5cc48b041d18ad0099010674c8e4",
            "a7fa24c74d8e332aae991c71fe8dfd73ab70faaf446412ddfdf218b4af0d473c",
            "bf81591410fa0d426d73d543391baa785cae6fcc5084b6284d82ceb0c6d506f1",
            "cd42b2a2e9d184b9a9fbc8486aa7135b34f464da83a12b9b12952f09ea5ec5da",
            "1a222baaa9a98c1e45d98fb9574a502aaf56cd9e4ba77cc4fd15bd0f215d6d28",
            "ee32be41377ae490baf3c2bb026222eb91ca4536cbc7c86893acbc0e0308f75b",
        ],
        "subkey-rounds": [
            "fb0fc6ec4e723d5a2d5c8c9e0cc60739ce08f4b40cfa01651f823a22e63baf73",
            "7e0483f5faf92a814985b78a0febbab1796ac5882ff1eddf59b8b0815f8d5a10",
            "a096ab857d9afc59a71839cef31d6c347ba1352114318418ced20929de496f59",
            "97d653285473d7b79b4adb09a6c6adf8682701f117294c35972f568b925798fc",
            "c0befa5a3c6d5f6e9fb1f7f6749d85657c17dfb99f7092db8b5bf46e0c0ec9bc",
            "32fbb7d207a9ba767e629619e651c3048c82771c78d321210f459c4d31025034",
        ],
        "subkey-rounds border": [
            "3734add591cda00d0626a9fc485e526fdc4d1f793bafaa0b3e52f7c830f2fdc8",
            "7e0bb57ae3eccef04ce0b5cfc7aafada866121e098d64cdce74c29b7e837e00c",
            "54a82dff6ae87a1193df5cdc5b88b15fc9e855009384697180ffdd30d144755c",
            "50e1b1a138357679ff15516ec0699363e2460cc90bf7e47db10af0ec887dc141",
            "b9f0fe929164060f52b064ac59c70f11691ae9717d9773309656c91ec4e16606",
            "f84f890e47fe6dd045b35a86b1b53a17ce723adddeb44862ce3d10eab3f96118",
        ],
        "blowfish-signcryption": [
            "964a222d0069bef9110a7ec2a8f7aefe6ee7365bf6308fb8726bd94fb790b5ad",
            "5f8a9b363df5b9bbad19b3f54420058d0c09cd991ef7078e63d3ff8403a7372c",
            "447854a8da29a2e819519d8da605c18aaee673339a9546c288a8015d44b255ee",
            "1a963e5b1869cb3d92f2cd036f0c4e95b34a37d0f28157409a44963385fe6ed6",
            "daea04ab90c7f71ea1b8f90e95b9cd5c711ba9ea6c3082f40e8e3e5e3d49a04e",
            "aab53bafb9b1a5ba7a70e3c7a89944024f1c3720321153c6635931f77c93d8e1",
        ],
        "huffman-blowfish": [
            "e595f58d9d22375d8d9e50c143ed337e7fc305021b927afb91fc453ef1a8181c",
            "757de6a2aebb1564575722f53281908187fde428a8f6b64138944550bc555f2a",
            "5d8080735d9fe7515b73278834f88e46cebc0ea1ee66d67bdf29c7637be0ad69",
            "d2b480aa1f107e30810c350cb1d4413742e2760dfe1bf31b6fbcf6695b486519",
            "8912a09c1eb1aabb4cbe56b2c66f5000f7e67647b8480773ea4cb2998e9afe56",
            "6df25a7185f7340a2efda60618a82968a43af89a82920b6e43d9c7237c5f29ec",
        ],
        "aes-gcm": [
            "fb7aaf3ebcf8dc0a61884829a14f857ed85c6a3da35cf7070d64f816399a4493",
            "f02558a1bcf85360ecc412a19de3fba7217d42f13a25341e9a5ac1d48a39ac25",
            "58717b621f2123f9e3542ab691f72c25dfd9270238fd2d586137da3dc382fa7c",
            "44df6d4afff2b555a84e7c59fa99c73d9267959990b51c84156f8879b662417e",
            "678e9af7b99e9eb8f690441b40b2831c9aee709a0a624b64b4ccfcad508bc9ae",
            "22dc01d8b6861762493eb3064ea25a86e0b683df5dcc77453f9b6b2ff25084c1",
        ],
        "permutation": [
            "fb0fc6ec4e723d5a2d5c8c9e0cc60739ce08f4b40cfa01651f823a22e63baf73",
            "0fcf9cc76c83d8b7069c64a2954246b89e1eae2b5ebad9a26a403fa8b318f14f",
            "f2795c683c8246c24724484bdb54ec4656a742028d0fa5011ce38b38119a0cdb",
            "18a0147182a6d81783a8b0d54aad55eb4a1d2cb7da04c6a85db3fd5945e9ce7d",
            "e5f10dddd721c53fb333b67a435bfd038774784d7e82bd074d44a0657ac9cae4",
            "077a3d1b7383f2fb886335ab5995b74999932936864f9ba2b8d86acc998fb190",
        ],
        "addition": [
            "649591ee5dfb9715abc943195047ae2a8b2b5cc48b041d18ad0099010674c8e4",
            "84db4c8f63aa34779ae0f9ab4c50460c9c5b98e841817652aaa3e7cb14dd07e2",
            "221605859936cf4a1f1062a4cdd27ab683fed6eb6a1e598de157ca01e0c00350",
            "57c902ff8bf3d17f0038b19fd8e2bebc2e0af0c0c6b379a9fec60ea44c14dc71",
            "f741f77b3bc8cbcb0cd8eca475b698931f0826ab3f995bdd002729d7fab19f75",
            "0d39f487a13d682edb2bae69f8228ad88ceeac6659ada0e327069fbccc4efa1a",
        ],
        "dna": [
            "fb0fc6ec4e723d5a2d5c8c9e0cc60739ce08f4b40cfa01651f823a22e63baf73",
            "7b569932e5e7a834bda595c70ecc5c7a5f35d8a0aed2784d5df380617f87952e",
            "0bf3535ddbf2013148e3c1d9e3268a1ef7a22f3abb26243c1a3e4a43afb7019d",
            "b39e9c931177f0e17992b548eea056a312c1c873399d704dde018a6f3b725dfc",
            "94dbfce4e70f0349f347951b59b756839c3b6c8d641e126118ba2870e4dabeb0",
            "c89b5deab211da2ddc9ddab9433d24186f99cad25b2da4e97384400deeb67266",
        ],
    ]

    /// A document of `policy-tree` with the second shape.
    static let policyDocument = [
        "2f3be0c36ff4070eb1359dc5228742353d00010202000b726164696f6c6f676973740102030013726566657272696e67",
        "2070687973696369616e000773757267656f6e000a6f6e636f6c6f676973746600273e36e50a5ba1c449de1466435ff8",
        "5674e7bda3389cf9dc9a362efd27769ba66669d6bc0bfdf457ef43c1eb3da41a3d0cbd769200354427005829bbc509ff",
        "331fe89cab9b0594183ea0cc0549448e44d3aaf45e5874a20e11ef7610c585ecf3673dce4fdaadee6d312bbddec00f5b",
        "942b371f81b458873246a4ed544554ad59174ab912d6e9cec427287a2d2b921d0ccd0324f5dc0f32fe882f5deebf9679",
        "f18b8f8442e1741669d2badd01fe99b79c8808719ea10c3dcbf0a5434c201f447a546cfee804807b34660ee31ffe3fba",
        "12a7b5258e1fd8628f01732e2abdccd5a3e696aaddc15355add50c10121e62c50209bb90d0c03c3193e18073afa5e4e0",
        "8c6f8a41c71be49bd5ac646f8db021a1270e56d3fcece51bcba363e8b1ab817d660c8ff02839fd49108fea90429518ff",
        "77308cc4d20883222b98e7782f476901070000000500000001000000010c76fc0d266c4f6dfa90ae63f730ccba0af69e",
        "6e60a6465c174eb1e381569941921a852d7e958fcbcdbf3722e142589943ba7ea81e7d2fe72ce3c1c66ff0acf48fce16",
        "353664694031b07beff62644e5078de339dc3bff",
    ]

    /// From the content key 20 … 3f, for `addition` at place 3 with the header `header`.
    static let stageKey = "4e0614e6211091557b9958b634547abe23cb2923e94626662748e3bf441ed0a4"
}
