"""Follows the Dockerfile without a container engine: image.py BASE OUT.

Every stage is a folder below OUT that begins as a copy of BASE, every RUN a chroot into it; OUT/config.sh says how to run the last one. To be
called in a mount namespace of its own, as root. Knows the instructions that the Dockerfile uses, and refuses others.
"""

import fnmatch
import glob
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time

BASE, OUT = sys.argv[1:]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def instructions():
    """Pairs of a word and its text, continuation lines joined, comments left out."""
    with open("Dockerfile") as file:
        lines = [line.rstrip("\n") for line in file if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).split("\n"):
        if line.strip():
            word, text = line.split(None, 1)
            yield word, text.strip()


def ignored(path, patterns):
    """As .dockerignore says: the last pattern that fits the path, or a directory that it is in, decides."""
    answer = False
    parents = [path] + [path[:at] for at in range(len(path)) if path[at] == "/"]
    for pattern in patterns:
        wanted = pattern.lstrip("!")
        choices = {wanted, wanted.removeprefix("**/")}
        if any(fnmatch.fnmatchcase(parent, choice) for parent in parents for choice in choices):
            answer = not pattern.startswith("!")
    return answer


def context():
    """A copy of what the engine would be sent."""
    with open(".dockerignore") as file:
        patterns = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    tops = {pattern.lstrip("!").split("/")[0] for pattern in patterns if pattern.startswith("!")}
    for top in sorted(tops):
        for folder, _, names in [(".", [], [top])] if os.path.isfile(top) else os.walk(top):
            for name in names:
                path = os.path.normpath(os.path.join(folder, name))
                if not ignored(path, patterns):
                    os.makedirs(os.path.dirname(f"{OUT}/context/{path}"), exist_ok=True)
                    shutil.copy2(path, f"{OUT}/context/{path}")


class Stage:
    """One folder that becomes an image."""

    def __init__(self, name):
        self.root, self.workdir, self.user, self.env = f"{OUT}/{name}", "/", None, {"PATH": PATH}
        self.entrypoint, self.health = [], ""
        subprocess.run(["cp", "-a", BASE, self.root], check=True)
        # how this machine reaches the network is not the image's business, and an engine would lend it too
        for path in ["/etc/resolv.conf", "/etc/hosts", *glob.glob("/usr/local/share/ca-certificates/*.crt")]:
            os.makedirs(os.path.dirname(self.root + path), exist_ok=True)
            shutil.copy(path, self.root + path)
        subprocess.run(["mount", "-t", "proc", "proc", f"{self.root}/proc"], check=True)
        subprocess.run(["mount", "--rbind", "/dev", f"{self.root}/dev"], check=True)

    def inside(self, path):
        return self.root + os.path.normpath(os.path.join(self.workdir, path))

    def copy(self, text, stages):
        words = text.split()
        origin = f"{OUT}/context"
        if words[0].startswith("--from="):
            origin = stages[words.pop(0).removeprefix("--from=")].root
        *sources, target = words
        for source in sources:
            source, place = os.path.join(origin, source.lstrip("/")), self.inside(target)
            if os.path.isdir(source):
                shutil.copytree(source, place, dirs_exist_ok=True)
            else:
                place = os.path.join(place, os.path.basename(source)) if target.endswith("/") or os.path.isdir(place) else place
                os.makedirs(os.path.dirname(place), exist_ok=True)
                shutil.copy2(source, place)

    def run(self, text):
        command = re.sub(r"^(--\S+\s+)+", "", text)
        shell = f"cd {shlex.quote(self.workdir)} && {command}"
        proxies = {name: value for name, value in os.environ.items() if name.lower() in ("http_proxy", "https_proxy", "no_proxy")}
        done = subprocess.run(
            ["chroot", *([f"--userspec={self.user}"] if self.user else []), self.root, "/bin/sh", "-c", shell],
            env={"HOME": "/root", **proxies, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            print(f"FAILED  RUN {command}\n{done.stdout[-4000:]}")
            sys.exit(1)


def main():
    context()
    arguments, stages, stage = {}, {}, None
    for word, text in instructions():
        begun = time.monotonic()
        if word == "ARG" and stage is None:
            name, _, value = text.partition("=")
            arguments[name] = value
        elif word == "FROM":
            name = text.split()[2] if " AS " in text else "image"
            for argument, value in arguments.items():
                text = text.replace(f"${{{argument}}}", value)
            stage = stages[name] = Stage(name)
        elif word == "RUN":
            stage.run(text)
        elif word == "COPY":
            stage.copy(text, stages)
        elif word == "WORKDIR":
            stage.workdir = text
            os.makedirs(stage.root + text, exist_ok=True)
        elif word == "USER":
            stage.user = text
        elif word == "ENV":
            stage.env.update(pair.split("=", 1) for pair in shlex.split(text))
        elif word == "HEALTHCHECK":
            stage.health = text.partition(" CMD ")[2].strip()
        elif word == "ENTRYPOINT":
            stage.entrypoint = json.loads(text)
        elif word not in ("VOLUME", "EXPOSE"):
            sys.exit(f"image.py does not know {word}")
        print(f"ok      {word} {text[:100]}: {time.monotonic() - begun:.0f} s", flush=True)
    with open(f"{OUT}/config.sh", "w") as file:
        for name, value in {"ROOT": stage.root, "USER": stage.user, "WORKDIR": stage.workdir, "HEALTH": stage.health}.items():
            print(f"IMAGE_{name}={shlex.quote(value)}", file=file)
        print(f"IMAGE_ENV=({shlex.join(f'{name}={value}' for name, value in stage.env.items())})", file=file)
        print(f"IMAGE_ENTRYPOINT=({shlex.join(stage.entrypoint)})", file=file)


main()
