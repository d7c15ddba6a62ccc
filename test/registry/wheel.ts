import { execa } from "execa";

const script = `import sys, zipfile
folder, name, version, *needs = sys.argv[1:]
info = f"{name}-{version}.dist-info"
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr(f"{name}.py", "")
    required = "".join(f"Requires-Dist: {need}\\n" for need in needs)
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name.replace('_', '.')}\\nVersion: {version}\\n{required}")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", "")
`;

/** Writes the smallest wheel of a package. @param needs what it requires, as `other>=2`. */
export async function writeWheel(
  folder: string,
  name: string,
  version: string,
  needs: readonly string[] = [],
): Promise<void> {
  await execa("python3", ["-c", script, folder, name, version, ...needs]);
}

/** Writes pip itself as one file, of which `python3 FILE/pip` runs it where there is none. */
export async function writePip(file: string): Promise<void> {
  const archive =
    "import os, pip, shutil, sys; shutil.make_archive(sys.argv[1], 'zip', os.path.dirname(os.path.dirname(pip.__file__)), 'pip')";
  await execa("python3", ["-c", archive, file.replace(/\.zip$/, "")]);
}
