#!/bin/bash
# The GitHub workflow of relayrules-integration(7), taken out of the page as it is shown: its commands run in their order in a repository,
# with the programs of this build in place of those that its first step installs.
source "$SOURCE/tests/end_to_end/begin.bash"
needs mandoc git python3
python3 -c 'import yaml' 2> /dev/null || skip "python3-yaml is not installed"
page=relayrules-integration.7
export HOME=$PWD GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE

# each command becomes a file: step.NAME
page_example $page "GITHUB ACTIONS" 1 > workflow.yml
page_example $page "GITHUB ACTIONS" 2 > scanning.yml
python3 - > steps << 'END'
import yaml
workflow = yaml.safe_load(open("workflow.yml"))
assert set(workflow) == {"name", True, "jobs"}, workflow.keys()  # YAML reads "on" as true
steps = workflow["jobs"]["rules"]["steps"] + yaml.safe_load(open("scanning.yml"))
for step in steps:
    print(step.get("name", step.get("uses")))
    if "run" in step:
        open("step." + step["name"], "w").write(step["run"])
END
[ "$(tr '\n' ' ' < steps)" = "install actions/checkout@v4 check test diff findings github/codeql-action/upload-sarif@v3 " ] ||
  fail "other steps: $(cat steps)"
grep -q 'dev install' step.install || fail "nothing installs relayrules"

# a repository with main and a branch, as checkout leaves them
git init -q -b main origin
printf '10.:allow,RELAYCLIENT=""\n:allow\n' > origin/tcp.smtp
relayrules test --init origin/tcp.smtp -o origin/tcp.smtp.expect
git -C origin add .
git -C origin commit -qm first
git clone -q origin clone
cd clone
export GITHUB_BASE_REF=main
# step NAME CODE PATTERN: as GitHub runs it in a container.
step() { expect "$2" "$3" sh -e "../step.$1"; }

step check 0 "::notice file=tcp.smtp,line=1,*private-net-relay*"
step test 0 "* passed, 0 failed"
step diff 0 "*the same decision for every client*"
printf '192.168.1.66:deny\n192.168.1.:allow,RELAYCLIENT=""\n' >> tcp.smtp
step check 0 "*::notice file=tcp.smtp,line=4,*"
step test 1 "*FAIL*"
step diff 0 "*relay-gained*255*denied*1 *"
grep -qF -- '--summary || [ $? = 1 ]' ../step.diff || fail "the page speaks of another command"
sed 's/--summary || \[ $? = 1 \]/--only relay/' ../step.diff > ../step.relay
step relay 1 "relay-gained: *"
step findings 0 ""
python3 -c 'import json; json.load(open("rules.sarif"))'
rm rules.sarif
printf '10.0.0:deny\n' >> tcp.smtp
step check 1 "*::warning file=tcp.smtp,line=5,*prefix-without-dot*"
printf '10.0.0.1 : den\n' >> tcp.smtp
step diff 1 "*nothing can be proved*"
export GITHUB_BASE_REF=gone
git checkout -q tcp.smtp
step diff 1 "fatal: *origin/gone*cannot tell*"
step findings 0 ""
