"""Prints the size of what is deployed against what AWS takes, and fails beyond. sizes.py FOLDER, as sam build made it: a template.yaml, and a
folder a function."""
import io
import pathlib
import sys
import zipfile

from samcli.yamlhelper import yaml_parse

DIRECT, STORED = 51_200, 1_048_576  # bytes of a template: in the request, and from S3, which `sam deploy` uses beyond
UNZIPPED = 250 * 1024 * 1024  # bytes of a function's code
ZIPPED = 50 * 1024 * 1024  # in the request; S3 takes more, but a cold start feels it
RESOURCES, PARAMETERS, OUTPUTS = 500, 200, 200
EDGE_FUNCTION = 10 * 1024  # bytes of a CloudFront function

ROOT = pathlib.Path(__file__).parents[2]


def main() -> int:
    build, over = pathlib.Path(sys.argv[1]), []

    def held(what: str, size: int, limit: int) -> None:
        print(f"  {what:<44} {size:>11,} of {limit:>11,}")
        if size > limit:
            over.append(what)

    for file in [build / "template.yaml", *sorted((ROOT / "infra").glob("*.yaml"))]:
        text, name = file.read_text(), f"{file.stem}, {{}}" if file.parent != build else "template, {}"
        template = yaml_parse(text)
        size = len(text.encode())
        held(name.format("bytes"), size, DIRECT if size <= DIRECT else STORED)
        for part, limit in (("Resources", RESOURCES), ("Parameters", PARAMETERS), ("Outputs", OUTPUTS)):
            if len(template.get(part, {})) > limit / 2:
                held(name.format(part.lower()), len(template[part]), limit)
        for r in template["Resources"].values():
            if r["Type"] == "AWS::CloudFront::Function":
                held(name.format("code at CloudFront"), len(r["Properties"]["FunctionCode"].encode()), EDGE_FUNCTION)
    for folder in sorted(f for f in build.iterdir() if f.is_dir() and (f / "bootstrap").exists()):
        files = [f for f in folder.rglob("*") if f.is_file()]
        held(f"{folder.name}, unzipped", sum(f.stat().st_size for f in files), UNZIPPED)
        held(f"{folder.name}, zipped", zipped(folder, files), ZIPPED)
    for what in over:
        print(f"sizes: {what} is more than AWS takes", file=sys.stderr)
    return 1 if over else 0


def zipped(folder: pathlib.Path, files: list) -> int:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as z:
        for f in files:
            z.write(f, f.relative_to(folder))
    return memory.tell()


if __name__ == "__main__":
    sys.exit(main())
