// Colour for answers.
#include "report/paint.hpp"

#include <catch2/catch.hpp>

using namespace core;

TEST_CASE("the verdict of an audit is green or red, and nothing else is coloured") {
  CHECK(painted("    outside      accepted\n    verdict: not an open relay, as long as\n      verdict: OPEN RELAY\n",
                AnswerKind::audit) ==
        "    outside      accepted\n\033[32m    verdict: not an open relay, as long as\033[0m\n      verdict: OPEN "
        "RELAY\n");
  CHECK(painted("    verdict: OPEN RELAY\n", AnswerKind::audit) == "\033[1;31m    verdict: OPEN RELAY\033[0m\n");
}

TEST_CASE("of a client's answer the verdict is coloured, not what a rule's text says") {
  CHECK(painted("2001:db8::1: deny\n  rule   t:1: x: deny\n", AnswerKind::lookup) ==
        "2001:db8::1: \033[1;31mdeny\033[0m\n  rule   t:1: x: deny\n");
  CHECK(painted("10.0.0.1: allow, may send to any domain\n", AnswerKind::lookup) ==
        "10.0.0.1: \033[1;36mallow, may send to any domain\033[0m\n");
}

TEST_CASE("of an expectation only the first word is coloured") {
  CHECK(painted("ok    a:1: any allow\nFAIL  a:2: any deny\n", AnswerKind::expectations) ==
        "\033[32mok \033[0m   a:1: any allow\n\033[1;31mFAIL \033[0m a:2: any deny\n");
}

TEST_CASE("a patch keeps its lines, with and without an end") {
  CHECK(painted("--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n z", AnswerKind::patch) ==
        "\033[1;36m--- a\033[0m\n\033[1;36m+++ b\033[0m\n\033[1;36m@@ -1 +1 "
        "@@\033[0m\n\033[1;31m-x\033[0m\n\033[32m+y\033[0m\n"
        " z");
  CHECK(painted("-x\n", AnswerKind::plain) == "-x\n");
}
