"""Judges Paillier's scheme by python-paillier: opens ciphertexts, and makes some.

Arguments: p and q, then ciphertexts, then after "--" messages; all hexadecimal. Prints JSON: the opened messages and the ciphertexts.
"""
import json
import sys

from phe.paillier import PaillierPrivateKey, PaillierPublicKey

p, q = (int(argument, 16) for argument in sys.argv[1:3])
end = sys.argv.index("--")
public = PaillierPublicKey(p * q)
private = PaillierPrivateKey(public, p, q)
opened = [private.raw_decrypt(int(argument, 16)) for argument in sys.argv[3:end]]
sealed = [public.raw_encrypt(int(argument, 16)) for argument in sys.argv[end + 1 :]]
print(json.dumps({"opened": [f"{number:x}" for number in opened], "sealed": [f"{number:x}" for number in sealed]}))
