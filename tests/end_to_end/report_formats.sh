#!/bin/bash
# What `relayrules check` writes for other programs: SARIF that the standard's schema accepts, XML that a parser accepts, workflow
# commands and compiler lines of which each is one line; and --output, which replaces a file whole or not at all.
#
# sarif-schema-2.1.0.json is the schema of the OASIS standard (2.1.0-rtm.5), as @microsoft/jest-sarif 1.0.0-beta.0 ships it (MIT).
source "$SOURCE/tests/end_to_end/begin.bash"

python3 -c 'import jsonschema' 2> missing || skip "python3-jsonschema is not installed, so SARIF cannot be held to its schema"

# ---- every fixture of every check, and every policy, in each format
number=1
for format in sarif checkstyle json; do
  relayrules check "$SOURCE/tests/checks" "$SOURCE/rules" --format $format -o 1.$format || [ $? = 1 ] || fail "the fixtures as $format"
done
# a name that XML, a URI and a workflow command must escape
printf 'b\303\274ro\377.example:allow\n10.:ALLOW' > 'a,b:c%<&>"d.tcp.smtp'
printf '\377' > "$(printf 'not-utf8-\377.tcp.smtp')"
for file in *.tcp.smtp; do
  number=$((number + 1))
  for format in sarif checkstyle json; do
    relayrules check "$file" --format $format -o "$number.$format" || [ $? = 1 ] || fail "$file as $format"
  done
done
python3 - "$SOURCE/tests/end_to_end/sarif-schema-2.1.0.json" << 'END' || fail "a report that its readers would refuse"
import glob, json, sys, urllib.parse
import xml.etree.ElementTree
import jsonschema

validator = jsonschema.Draft4Validator(json.load(open(sys.argv[1])))
counts = dict(results=0, fixes=0, related=0)
for name in sorted(glob.glob("*.sarif")):
    log = json.load(open(name))
    for error in validator.iter_errors(log):
        sys.exit(f"{name}: {error.message} at {list(error.absolute_path)}")
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    listed = json.load(open(name.replace(".sarif", ".json")))["findings"]
    assert len(listed) == len(run["results"]), name
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"], name
        counts["results"] += 1
        counts["fixes"] += len(result.get("fixes", []))
        counts["related"] += len(result.get("relatedLocations", []))
        for location in result["locations"]:
            place = location["physicalLocation"]
            path = urllib.parse.unquote_to_bytes(place["artifactLocation"]["uri"].removeprefix("file://"))
            text = open(path, "rb").read().decode("utf-8", "replace").split("\n")
            region = place["region"]
            assert 1 <= region["startColumn"] <= len(text[region["startLine"] - 1]) + 1, (name, region)
            assert 1 <= region["endColumn"] <= len(text[region["endLine"] - 1]) + 1, (name, region)
    errors = xml.etree.ElementTree.parse(name.replace(".sarif", ".checkstyle")).getroot().findall("file/error")
    assert len(errors) == len(run["results"]), name
print(counts)
assert min(counts.values()) >= 20, counts
END

# ---- the exact text
printf '192.168.1:deny\n:allow\n' > 'x,y.tcp.smtp'
message="'192.168.1' can never match a client: not a full address and no final '.'"
help="write '192.168.1.' for 192.168.1.0 - 192.168.1.255"
[ "$(relayrules check --format gcc x,y.tcp.smtp)" = "x,y.tcp.smtp:1:1: warning: $message [prefix-without-dot]" ] || fail "gcc"
[ "$(relayrules check --format github x,y.tcp.smtp)" = \
  "::warning file=x%2Cy.tcp.smtp,line=1,endLine=1,col=1,endColumn=9,title=RR301 prefix-without-dot::$message%0Ahelp: $help" ] || fail "github"
[ "$(relayrules check --format checkstyle x,y.tcp.smtp | sed -n 4p)" = \
  "    <error line=\"1\" column=\"1\" severity=\"warning\" message=\"$message\" source=\"relayrules.RR301.prefix-without-dot\"/>" ] || fail "checkstyle"

# ---- a report that cannot be written leaves the old one, and is a failure
echo old > report
code=0
(ulimit -f 0; relayrules check --format sarif x,y.tcp.smtp -o report 2> /dev/null) || code=$?
[ "$code" = 3 ] || fail "a report over the size limit: exit code $code"
[ "$(cat report)" = old ] || fail "a report that could not be written replaced the old one"
code=0
said=$(relayrules check x,y.tcp.smtp -o report 2>&1) || code=$?
[ "$code" = 1 ] && [ -z "$said" ] || fail "--output: exit code $code, said '$said'"
grep -q '^1 warning$' report || fail "the text report has no summary"
! grep -q "$(printf '\033')" report || fail "a file is coloured"
