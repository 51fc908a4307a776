// Measures replay: lines of a connection log a second, from a file in memory, against two rule files of 10,000 rules each.
// The first argument is the number of lines; without, a million.
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "analysis/replay.hpp"
#include "base/line_pieces.hpp"
#include "formats/tcprules.hpp"
#include "generate_rules.hpp"

namespace relayrules::bench {
namespace {

Policy make_policy(const std::string& text) {
  Policy policy = new_policy(*find_format("tcprules"));
  Findings findings;
  parse_tcprules(Source("", text, 0), {}, TcprulesDialect::classic, policy, findings);
  return policy;
}

/// Lines as tcpserver and multilog write them, half of them about clients: 200,000 different ones, of which some come much more often than
/// others.
int make_log(unsigned long lines) {
  const int fd = ::memfd_create("log", 0);
  std::FILE* file = ::fdopen(::dup(fd), "w");
  std::uint64_t random = 1;
  for (unsigned long i = 0; i < lines; ++i) {
    std::fprintf(file, "@4000000065%08lx1a2b3c4d tcpserver: ", i & 0xffffffff);
    if (i % 2 == 1) {
      std::fprintf(file, "status: %lu/40\n", i % 40);
      continue;
    }
    random = random * 6364136223846793005U + 1442695040888963407U;
    const std::uint64_t client = (random >> 33) % 200'000 * ((random >> 40) % 200'000) / 200'000;
    std::fprintf(file, "ok %lu mx.example.org:192.0.2.25:25 host%lu.example.com:%lu.%lu.%lu.7::%lu\n", i % 30000,
                 client, client % 223 + 1, client / 223 % 256, client / 57'088 % 256, i % 60000);
  }
  std::fclose(file);
  ::lseek(fd, 0, SEEK_SET);
  return fd;
}

}  // namespace

int run_all(unsigned long lines) {
  const std::string rules = generate_rules(10'000);
  const Policy before = make_policy(rules);
  const Policy after = make_policy("7.:deny\n" + rules);
  const int log = make_log(lines);
  const auto start = std::chrono::steady_clock::now();
  analysis::SeenClients seen;
  LinePieces pieces(log);
  std::string piece;
  do {
    if (!pieces.next(piece)) return 1;
    seen.read(piece);
  } while (!piece.empty());
  const auto changes = analysis::replay(before, after, {}, seen);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ::close(log);
  std::printf("Replaying %lu lines of %zu different clients: %.2f s, %.0f lines a second\n", lines, seen.count(),
              seconds, static_cast<double>(lines) / seconds);
  return changes.empty() ? 1 : 0;
}

}  // namespace relayrules::bench

int main(int argc, char** argv) {
  return relayrules::bench::run_all(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000);
}
