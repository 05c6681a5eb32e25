"""Small files in many transfer syntaxes, from which the damaged ones are made."""
import shutil
import subprocess

CONVERSIONS = [
    ("gdcmconv", "--j2k"), ("gdcmconv", "--jpeg"), ("gdcmconv", "--jpegls"), ("gdcmconv", "--rle"),
    ("dcmconv", "+ti"), ("dcmconv", "+tb"), ("dcmconv", "+td"), ("dcmconv", "+te"), ("dcmcjpeg", "+eb"), ("dcmcrle",),
]


def make_beginnings(programs, folder, more):
    """The bytes of each. Tools that are not installed are left out, and so are files of more than 300 kB."""
    folder.mkdir(parents=True)
    for modality in ("ct", "mr", "us"):
        programs._must([programs.demo, "phantom", "--modality", modality, "--slices", 2, "--size", 64, "--into", folder / modality])
    natives = sorted(path for path in folder.rglob("*") if path.is_file())
    beginnings = [path.read_bytes() for path in natives]
    for tool, *options in CONVERSIONS:
        if not shutil.which(tool):
            continue
        for native in natives[::2]:
            target = folder / "converted.dcm"
            done = subprocess.run([tool, *options, native, target], capture_output=True)
            if done.returncode == 0 and target.exists():
                beginnings.append(target.read_bytes())
                target.unlink()
    beginnings += [path.read_bytes() for path in more if path.is_file() and path.stat().st_size <= 300_000]
    return beginnings
