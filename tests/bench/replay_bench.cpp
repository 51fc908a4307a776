// Measures replay: lines of a connection log a second, from a file in memory, against two rule files of 10,000 rules
// each. The first argument is the number of lines; without, a million.
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "analysis/log_pattern.hpp"
#include "analysis/replay.hpp"
#include "base/line_pieces.hpp"
#include "formats/tcprules.hpp"
#include "generate_rules.hpp"

namespace core::bench {
namespace {

Policy make_policy(const std::string& text) {
  Policy policy = new_policy(*find_format("tcprules"));
  Findings findings;
  parse_tcprules(Source("", text, 0), {}, TcprulesDialect::classic, policy, findings);
  return policy;
}

/// Lines as tcpserver and multilog write them, half of them about clients: 200,000 different ones, of which some come
/// much more often than others.
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

struct Policies {
  Policy before;
  Policy after;
};

/// False when the replay did not see what it must.
bool measure(const char* how, const Policies& policies, int log, unsigned long lines,
             std::optional<analysis::LogPattern> pattern) {
  ::lseek(log, 0, SEEK_SET);
  const auto start = std::chrono::steady_clock::now();
  analysis::SeenClients seen(std::move(pattern));
  LinePieces pieces(log);
  std::string piece;
  do {
    if (!pieces.next(piece)) return false;
    seen.read(piece);
  } while (!piece.empty());
  const auto changes = analysis::replay(policies.before, policies.after, {}, seen);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("Replaying %lu lines of %zu different clients, %s: %.2f s, %.0f lines a second\n", lines, seen.count(),
              how, seconds, static_cast<double>(lines) / seconds);
  return !changes.empty();
}

}  // namespace

int run_all(unsigned long lines) {
  const std::string rules = generate_rules(10'000);
  const Policies policies{make_policy(rules), make_policy("7.:deny\n" + rules)};
  const int log = make_log(lines);
  auto pattern = analysis::LogPattern::compile("ok [0-9]+ [^ ]+ (?<host>[^:]*):(?<ip>[0-9.]+):(?<info>[^:]*):");
  const bool good = measure("tcpserver's lines", policies, log, lines, std::nullopt) && pattern.ok() &&
                    measure("by --regex", policies, log, lines, std::move(pattern.value()));
  ::close(log);
  return good ? 0 : 1;
}

}  // namespace core::bench

int main(int argc, char** argv) {
  return core::bench::run_all(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000);
}
