"""Looks through every tracked file for what must not be in a public repository: secrets, and traces of one machine.

A line that only looks like a secret ends with `pragma: allowlist secret` and says by its surroundings why.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import transient_settings

DETECTORS = (
    "ArtifactoryDetector",
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "DiscordBotTokenDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "MailchimpDetector",
    "NpmDetector",
    "OpenAIDetector",
    "PrivateKeyDetector",
    "SendGridDetector",
    "SlackDetector",
    "StripeDetector",
    "TwilioKeyDetector",
)
#: Passwords in the URLs of examples and of brokers that live as long as one test.
EXAMPLES = re.compile(r"guest|secret|password|pw|…|wrong|\{.*|[A-Z_$<].*", re.ASCII)

#: Put together here so that this file does not name them either.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"))
]
TRACES = re.compile(
    "|".join(
        [
            *map(re.escape, REGISTRY_HOSTS),
            r"(?<![\w.])/(?:" + "|".join(("work", "root", "home/[a-z]")) + r")/",
            r"/opt/(?:wheels|pypi)",
        ]
    )
)


def main() -> int:
    files = [Path(name) for name in _git("ls-files", "-z").split("\0") if name]
    leaks = [leak for file in files if file.is_file() for leak in (*_secrets(file), *_traces(file))]
    for leak in leaks:
        print(leak)
    return 1 if leaks else 0


def _secrets(file: Path) -> Iterator[str]:
    found = SecretsCollection()
    with transient_settings({"plugins_used": [{"name": name} for name in DETECTORS]}):
        found.scan_file(str(file))
    for _, secret in found:
        if not EXAMPLES.fullmatch(secret.secret_value or ""):
            yield f"{file}:{secret.line_number}: {secret.type}"


def _traces(file: Path) -> Iterator[str]:
    try:
        lines = file.read_text().splitlines()
    except UnicodeDecodeError:
        return
    for number, line in enumerate(lines, 1):
        if match := TRACES.search(line):
            yield f"{file}:{number}: a trace of one machine or registry, {match[0]}"


def _git(*arguments: str) -> str:
    return subprocess.run(("git", *arguments), check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
