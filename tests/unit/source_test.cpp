// Places in text: a span alone must say file, line and column, also at the ends of files and between them.
#include "base/source.hpp"

#include <catch2/catch.hpp>

namespace core {

TEST_CASE("a span says its text, its line and its column, in the file that it is from") {
  Sources sources;
  const Source* first = sources.add("first", "one\ntwo\n");
  const Source* second = sources.add("second", "drei\nvier");
  const Span two = first->span_of(first->text().substr(4, 3));
  const Span vier = second->span_of(second->text().substr(5));
  CHECK(sources.text(two) == "two");
  CHECK(sources.text(vier) == "vier");
  CHECK(sources.find(two.begin)->name() == "first");
  CHECK(sources.find(vier.begin)->name() == "second");
  CHECK(sources.position(two.begin).line == 2);
  CHECK(sources.position(two.begin).column == 1);
  CHECK(sources.position(vier.end).line == 2);
  CHECK(sources.position(vier.end).column == 5);
  CHECK(sources.count() == 2);
}

TEST_CASE("the end of a file is another place than the start of the next one") {
  Sources sources;
  const Source* first = sources.add("first", "abc");
  const Source* empty = sources.add("empty", "");
  const Source* last = sources.add("last", "xyz");
  const Span end_of_first = first->span_of(first->text().substr(3));
  CHECK(sources.find(end_of_first.begin) == first);
  CHECK(sources.find(empty->base()) == empty);
  CHECK(sources.find(last->base()) == last);
  CHECK(sources.position(end_of_first.begin).column == 4);
  CHECK(sources.position(empty->base()).line == 1);
}

TEST_CASE("a place behind all files is in no file, and has no text") {
  Sources sources;
  CHECK(sources.find(0) == nullptr);
  const Source* only = sources.add("only", "abc");
  CHECK(sources.find(only->base() + 4) == nullptr);
  CHECK(sources.text({4, 9}).empty());
  CHECK(sources.text({2, 1}).empty());
  CHECK(sources.line_around(77).empty());
}

TEST_CASE("the line around a place is whole, wherever in it the place is") {
  Sources sources;
  const Source* source = sources.add("file", "first\nsecond\n\nlast");
  CHECK(sources.line_around(source->base()) == "first");
  CHECK(sources.line_around(source->base() + 5) == "first");
  CHECK(sources.line_around(source->base() + 6) == "second");
  CHECK(sources.line_around(source->base() + 13).empty());
  CHECK(sources.line_around(source->base() + 18) == "last");
}

TEST_CASE("lines are counted right when a question about a later one comes first") {
  Sources sources;
  const Source* source = sources.add("file", "a\nb\nc\n");
  CHECK(sources.position(source->base() + 4).line == 3);
  CHECK(sources.position(source->base()).line == 1);
  CHECK(sources.position(source->base() + 6).line == 4);
}

TEST_CASE("more text than a span can address is refused") {
  Sources sources;
  CHECK(sources.add("all of it", std::make_unique<char[]>(1), Sources::max_bytes + 1) == nullptr);
  CHECK(sources.count() == 0);
}

}  // namespace core
