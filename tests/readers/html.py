#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Read an HTML report as a browser without scripts does, and print what it says as JSON.

html.py PAGE [ASSET...]: fails, with a line for each problem, where the page is not well-formed, is
not what people with a screen reader need, has something that its policy forbids, or a policy that
does not fit what it has, or the ASSETs.
"""
import base64
import hashlib
import json
import re
import sys
from urllib.parse import unquote

import html5lib

VOID_STATES = ("pass", "fail", "void")
problems = []


def check(fine, what):
    if not fine:
        problems.append(what)


def text_of(element):
    return " ".join("".join(element.itertext()).split())


def digest(data):
    return "'sha256-" + base64.b64encode(hashlib.sha256(data).digest()).decode() + "'"


def has_class(element, name):
    return name in element.get("class", "").split()


def check_policy(root, assets):
    metas = [m for m in root.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    check(len(metas) == 1, "not one policy")
    policy = dict(
        (part.split()[0], part.split()[1:]) for part in metas[0].get("content").split(";")
    )
    styles = [digest((e.text or "").encode()) for e in root.iter("style")]
    scripts = [
        digest((e.text or "").encode())
        for e in root.iter("script")
        if e.get("type") != "application/json"
    ]
    check(policy.pop("style-src", None) == styles, "the policy is not that of the styles")
    check(policy.pop("script-src", None) == scripts, "the policy is not that of the scripts")
    check(
        policy == {"default-src": ["'none'"], "base-uri": ["'none'"], "form-action": ["'none'"]},
        f"policy {policy}",
    )
    for asset in assets:
        with open(asset, "rb") as file:
            check(digest(file.read()) in styles + scripts, f"{asset} is not in the page")
    for element in root.iter():
        check(element.tag in ("style", "script") or "://" not in str(element.get("src", "")),
              f"<{element.tag}> fetches")
        for name in element.keys():
            check(name != "style" and not name.startswith("on") and name != "src",
                  f"<{element.tag} {name}>")
        check(element.get("href", "#").startswith("#"), f"a link to {element.get('href')}")
    # before anything that the policy is for
    head = [child.tag for child in root.find("head") if child.tag != "meta"]
    check(head == ["title", "style", "style", "script"], f"head {head}")


def check_structure(root):
    check(root.get("lang") == "en", "no language")
    check(bool(text_of(root.find("head/title"))), "no title")
    for landmark in ("header", "nav", "main", "footer", "h1"):
        check(len(list(root.iter(landmark))) == 1, f"not one <{landmark}>")
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    check(len(ids) == len(set(ids)), "an id is there twice")
    for element in root.iter():
        if element.get("href"):
            check(unquote(element.get("href")[1:]) in ids, f"{element.get('href')} leads nowhere")
        if element.get("aria-labelledby"):
            check(element.get("aria-labelledby") in ids, "labelled by nothing")
        if element.tag == "th":
            check(element.get("scope") in ("col", "row"), "th without scope")
        if element.tag == "table":
            check(element.find("thead") is not None, "a table without head")
    level = 0
    for element in root.iter():
        if re.fullmatch("h[1-6]", str(element.tag)):
            check(int(element.tag[1]) <= level + 1, f"{element.tag} follows h{level}")
            level = int(element.tag[1])
    first = next(e for e in root.find("body"))
    check(first.tag == "a" and first.get("href") == "#findings", "no skip link")


def read_card(card, section):
    summary, offer = card.find("summary"), card.find("pre")
    line = [p for p in card.findall("p") if p.get("class") is None][0]
    return {
        "section": section,
        "severity": text_of(summary.find("b")),
        "message": text_of(summary.find("h3")),
        "notes": [text_of(e) for e in summary.findall("small")],
        "rule": line.find("a").text,
        "fingerprint": line.find("i").text.split()[0],
        "facts": text_of(line),
        "offer": offer.text,
        "stacks": [
            {
                "caption": text_of(caption),
                "frames": [text_of(li) for li in (frames if frames is not None else [])],
            }
            for parent in card.iter()
            for caption, frames in zip(parent.findall("h4"), [parent.find("ol")])
        ],
        "source": [[text_of(e.find("figcaption")), text_of(e.find("pre/mark"))]
                   for e in card.iter("figure")],
        "open": card.get("open") is not None,
    }


def main():
    with open(sys.argv[1], "rb") as file:
        parser = html5lib.HTMLParser(
            tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False
        )
        root = parser.parse(file.read(), transport_encoding="utf-8")
    for position, error, _ in parser.errors:
        problems.append(f"{position}: {error}")
    check_policy(root, sys.argv[2:])
    check_structure(root)
    sections = {e.get("id"): e for e in root.iter("section")}
    verdict = sections["verdict"]
    check(verdict.get("data-verdict") in VOID_STATES, "no verdict")
    cards = [
        read_card(card, name)
        for name, section in sections.items()
        for card in section.iter("details")
        if card.get("id")
    ]
    data = [json.loads(e.text) for e in root.iter("script") if e.get("id") == "data"][0]
    check(len(data["findings"]) == len(cards), "the data is of other cards")
    report = {
        "verdict": text_of(verdict.find("h2")),
        "why": text_of(verdict.find("p")),
        "numbers": {text_of(d.find("dt")): int(text_of(d.find("dd")))
                    for dl in verdict.findall("dl") if has_class(dl, "q") for d in dl},
        "facts": {text_of(d.find("dt")): text_of(d.find("dd"))
                  for dl in verdict.findall("dl") if has_class(dl, "a") for d in dl},
        "cards": cards,
        "data": data["findings"],
        "rules": [e.get("id") for e in root.iter("article")],
        "gone": [text_of(li) for li in sections["gone"].iter("li")] if "gone" in sections else [],
        "sections": list(sections),
        "tables": {
            name: [[text_of(cell) for cell in row] for row in section.iter("tr")]
            for name, section in sections.items()
            for _ in list(section.iter("table"))[:1]
        },
        "bars": sum(1 for e in root.iter() if str(e.tag).endswith("}g") and
                    re.fullmatch(r"k\d+", e.get("class", ""))),
        "held": [text_of(li) for li in sections["held"].iter("li")] if "held" in sections else [],
    }
    for problem in problems:
        print(f"{sys.argv[1]}: {problem}", file=sys.stderr)
    json.dump(report, sys.stdout)
    return bool(problems)


sys.exit(main())
