// Measures lookups in a CDB of a million records: ours against other ways of asking the same keys in the same order.
//   relayrules   rr_lookup and rr_result_release on one open handle
//   tinycdb      cdb_find for key after key on one mapped file, keys assembled in a buffer as tcpserver does
//   filter       the same behind a prototype of an index: twelve bits a record that say which keys nobody has. It would
//                stand in the file as the value of a key that begins with NUL, where no old reader looks
//   told         the same, told which key will be found and where its record is: what no index can beat that leaves the
//                records where they are
//   per client   what tcpserver does for each connection: open, fstat, mmap, cdb_find for key after key, munmap,
//                close. The original searches its map much as tinycdb does, so tinycdb stands in for it; its read()
//                path, taken only if mmap fails, is not measured.
// Invariant: all ways must find the same key for every client, or the figures mean nothing; the program checks it
// first.
#include <cdb.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "relayrules/relayrules.h"

namespace {

constexpr unsigned record_count = 1'000'000;
constexpr size_t client_count = 1'000'000;
constexpr unsigned seed = 20240517;
constexpr int rounds = 7;

struct Client {
  std::string ip;
  std::string host;
};

std::string dotted(uint32_t address, int octets) {
  std::string text;
  for (int i = 0; i < octets; ++i) {
    text += std::to_string(address >> (24 - 8 * i) & 255);
    if (i < 3) text += '.';
  }
  return text;
}

std::string host_name(uint32_t number) {
  char name[64];
  snprintf(name, sizeof name, "host%u.net%u.example%u.org", number % 977, number % 400'009, number % 13);
  return name;
}

void stop(const char* what) {
  perror(what);
  exit(1);
}

/// Half full addresses, a third network prefixes, the rest names.
std::string record_key(std::mt19937& random) {
  const auto number = static_cast<uint32_t>(random());
  switch (random() % 6) {
    case 0: return host_name(number).insert(0, 1, '=');
    case 1:
    case 2: return dotted(number, 3);
    default: return dotted(number, 4);
  }
}

/// A blocked Bloom filter: the bits of a key lie in one word, so that asking touches one place in memory.
class Filter {
 public:
  explicit Filter(size_t keys) : words_(keys * bits_for_each / 64 + 1) {}
  void add(const std::string& key) {
    const size_t hash = hash_of(key);
    words_[place(hash)] |= bits(hash);
  }
  bool may_have(const std::string& key) const {
    const size_t hash = hash_of(key);
    return (words_[place(hash)] & bits(hash)) == bits(hash);
  }
  size_t bytes() const { return words_.size() * sizeof words_[0]; }

 private:
  static constexpr size_t bits_for_each = 12;
  static size_t hash_of(const std::string& key) { return std::hash<std::string>()(key); }
  size_t place(size_t hash) const { return (hash >> 32) * words_.size() >> 32; }
  static uint64_t bits(size_t hash) {
    return uint64_t{1} << (hash & 63) | uint64_t{1} << (hash >> 6 & 63) | uint64_t{1} << (hash >> 12 & 63) |
           uint64_t{1} << (hash >> 18 & 63);
  }

  std::vector<uint64_t> words_;
};

std::vector<std::string> write_rules(int fd, std::mt19937& random, Filter& filter) {
  struct cdb_make make;
  cdb_make_start(&make, fd);
  std::vector<std::string> keys;
  for (unsigned i = 0; i < record_count; ++i) {
    const std::string key = record_key(random);
    const std::string value = i % 3 == 0 ? std::string("D\0", 2) : i % 3 == 1 ? std::string("+RELAYCLIENT=\0", 14) : "";
    if (cdb_make_add(&make, key.data(), static_cast<unsigned>(key.size()), value.data(),
                     static_cast<unsigned>(value.size())) != 0)
      stop("cdb_make_add");
    filter.add(key);
    if (i % 8 == 0) keys.push_back(key);
  }
  if (cdb_make_finish(&make) != 0) stop("cdb_make_finish");
  return keys;
}

/// A quarter of the clients are in the file by their address, the others match a prefix, a name or nothing.
std::vector<Client> make_clients(const std::vector<std::string>& keys, std::mt19937& random, bool named) {
  std::vector<Client> clients;
  while (clients.size() < client_count) {
    const std::string& key = keys[random() % keys.size()];
    const auto number = static_cast<uint32_t>(random());
    const bool listed = random() % 2 == 0 && key[0] != '=' && key.back() != '.';
    clients.push_back({listed ? key : dotted(number, 4), named ? host_name(number) : ""});
  }
  return clients;
}

/// The keys of a client without info, in the order of tcpserver.
template <typename Find>
bool probe(const Client& client, std::string& key, Find&& find) {
  key = client.ip;
  if (find(key)) return true;
  if (!client.host.empty() && find(key.assign(1, '=').append(client.host))) return true;
  for (size_t length = client.ip.size(); length > 0; --length) {
    if (client.ip[length - 1] == '.' && find(key.assign(client.ip, 0, length))) return true;
  }
  if (!client.host.empty()) {
    for (size_t i = 0; i < client.host.size(); ++i) {
      if (client.host[i] == '.' && find(key.assign(1, '=').append(client.host, i))) return true;
    }
    if (find(key.assign(1, '='))) return true;
  }
  key.clear();
  return find(key);
}

bool probe_tinycdb(struct cdb& cdb, const Client& client, std::string& key) {
  return probe(client, key,
               [&](const std::string& k) { return cdb_find(&cdb, k.data(), static_cast<unsigned>(k.size())) > 0; });
}

bool probe_filtered(struct cdb& cdb, const Filter& filter, const Client& client, std::string& key) {
  return probe(client, key, [&](const std::string& k) {
    return filter.may_have(k) && cdb_find(&cdb, k.data(), static_cast<unsigned>(k.size())) > 0;
  });
}

/// Where the record of the answer is; an offset of 0: nothing is found.
struct Told {
  unsigned position = 0;
  std::string key;
};

std::vector<Told> tell(struct cdb& cdb, const std::vector<Client>& clients) {
  std::vector<Told> told;
  for (const Client& client : clients) {
    std::string key;
    const bool found = probe_tinycdb(cdb, client, key);
    told.push_back({found ? cdb_keypos(&cdb) : 0, key});
  }
  return told;
}

bool read_told(struct cdb& cdb, const Told& told) {
  if (told.position == 0) return false;
  const void* key = cdb_get(&cdb, static_cast<unsigned>(told.key.size()), told.position);
  return key != nullptr && memcmp(key, told.key.data(), told.key.size()) == 0;
}

bool probe_opening(const char* path, const Client& client, std::string& key) {
  struct cdb cdb;
  const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || cdb_init(&cdb, fd) != 0) stop(path);
  const bool found = probe_tinycdb(cdb, client, key);
  cdb_free(&cdb);
  close(fd);
  return found;
}

bool ask_relayrules(rr_db* db, const Client& client, std::string* key) {
  rr_client asked = RR_CLIENT_INIT;
  asked.ip = client.ip.data();
  asked.ip_len = client.ip.size();
  if (!client.host.empty()) asked.host = client.host.data();
  asked.host_len = client.host.size();
  rr_result result = RR_RESULT_INIT;
  if (rr_lookup(db, &asked, &result) != RR_OK) stop("rr_lookup");
  const bool found = result.key != nullptr;
  if (key != nullptr && found) key->assign(result.key, result.key_len);
  rr_result_release(&result);
  return found;
}

/// Lookups a second in one round.
template <typename Question, typename Ask>
double rate(const std::vector<Question>& clients, Ask&& ask) {
  size_t found = 0;
  const auto start = std::chrono::steady_clock::now();
  for (const Question& client : clients) found += ask(client);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  return found > 0 ? static_cast<double>(clients.size()) / spent.count() : 0;
}

void check_agreement(rr_db* db, struct cdb& cdb, const Filter& filter, const std::vector<Client>& clients) {
  std::string ours;
  std::string theirs;
  std::string filtered;
  size_t matched = 0;
  for (const Client& client : clients) {
    const bool found = ask_relayrules(db, client, &ours);
    if (found != probe_tinycdb(cdb, client, theirs) || (found && ours != theirs)) {
      fprintf(stderr, "%s %s: '%s' is not '%s'\n", client.ip.c_str(), client.host.c_str(), ours.c_str(),
              theirs.c_str());
      exit(1);
    }
    if (found != probe_filtered(cdb, filter, client, filtered) || filtered != theirs) {
      fprintf(stderr, "%s %s: the filter gives '%s', not '%s'\n", client.ip.c_str(), client.host.c_str(),
              filtered.c_str(), theirs.c_str());
      exit(1);
    }
    matched += found;
  }
  printf("%zu clients, %zu of them match a rule; all ways agree on each\n", clients.size(), matched);
}

void measure(const char* title, const char* path, const Filter& filter, const std::vector<Client>& clients) {
  rr_db* db = nullptr;
  struct cdb cdb;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || cdb_init(&cdb, fd) != 0 || rr_open(path, nullptr, &db) != RR_OK) stop(path);
  printf("\n%s: ", title);
  check_agreement(db, cdb, filter, clients);
  std::string key;
  const std::vector<Client> sample(clients.begin(), clients.begin() + 100'000);  // it is slow enough
  double ours = 0;
  double tinycdb = 0;
  double filtered = 0;
  double told = 0;
  double opening = 0;
  const std::vector<Told> answers = tell(cdb, clients);
  // The ways take turns, and the best round of each counts: other programs on the machine only ever slow us down.
  for (int round = 0; round < rounds; ++round) {
    ours = std::max(ours, rate(clients, [&](const Client& c) { return ask_relayrules(db, c, nullptr); }));
    tinycdb = std::max(tinycdb, rate(clients, [&](const Client& c) { return probe_tinycdb(cdb, c, key); }));
    filtered = std::max(filtered, rate(clients, [&](const Client& c) { return probe_filtered(cdb, filter, c, key); }));
    told = std::max(told, rate(answers, [&](const Told& answer) { return read_told(cdb, answer); }));
    if (round == 0) opening = rate(sample, [&](const Client& c) { return probe_opening(path, c, key); });
  }
  printf("  %-12s %12s %9s\n", "", "lookups/s", "ratio");
  printf("  %-12s %12.0f\n", "relayrules", ours);
  printf("  %-12s %12.0f %8.2fx\n", "tinycdb", tinycdb, ours / tinycdb);
  printf("  %-12s %12.0f %8.2fx\n", "filter", filtered, ours / filtered);
  printf("  %-12s %12.0f %8.2fx\n", "told", told, ours / told);
  printf("  %-12s %12.0f %8.2fx\n", "per client", opening, ours / opening);
  rr_close(db);
  cdb_free(&cdb);
  close(fd);
}

}  // namespace

int main() {
  char path[] = "/tmp/lookup_bench.XXXXXX";
  const int fd = mkstemp(path);
  if (fd < 0) stop(path);
  std::mt19937 random(seed);
  Filter filter(record_count);
  const std::vector<std::string> keys = write_rules(fd, random, filter);
  const off_t bytes = lseek(fd, 0, SEEK_END);
  close(fd);
  printf("%u records, seed %u, best of %d rounds; the filter is %.1f %% of the file\n", record_count, seed, rounds,
         100.0 * static_cast<double>(filter.bytes()) / static_cast<double>(bytes));
  measure("address only", path, filter, make_clients(keys, random, false));
  measure("address and host name", path, filter, make_clients(keys, random, true));
  unlink(path);
  return 0;
}
