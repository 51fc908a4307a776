#!/bin/bash
# What others wrote (rules, names of files and hosts, ident texts, log lines) steers no terminal, begins no line and ends no string, element or
# annotation: a table of hostile texts, put wherever a text can stand, against a table of commands and formats. hostile_text.py knows both.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3
python3 "$SOURCE/tests/end_to_end/hostile_text.py" || fail "a hostile text came through"
