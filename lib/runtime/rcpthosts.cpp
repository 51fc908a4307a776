// Reads the control files as qmail-smtpd does; rcpthosts.hpp and recipients.h say what is promised.
// Compat: lines are cut at their end only (blanks, tabs), a line that begins with '#' or NUL is none, and a NUL within
// one begins another entry. Source: notqmail, control.c control_readfile, constmap.c.
#include "rcpthosts.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "keys.hpp"
#include "rule_file.hpp"

namespace relayrules::runtime {

namespace {

constexpr size_t longest_domain = 1000;
constexpr size_t longest_file = size_t{1} << 31;

/// Bytes of the file, in memory of malloc. False and errno on failure.
bool read_whole(int fd, char** text, size_t* size) {
  struct stat status;
  if (fstat(fd, &status) != 0) return false;
  if (!S_ISREG(status.st_mode) || static_cast<uint64_t>(status.st_size) > longest_file) {
    errno = EINVAL;
    return false;
  }
  const auto room = static_cast<size_t>(status.st_size);
  *text = static_cast<char*>(malloc(room + 1));  // and a NUL
  if (*text == nullptr) return false;
  for (*size = 0; *size < room;) {
    const ssize_t got = read(fd, *text + *size, room - *size);
    if (got == 0) return true;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    *size += static_cast<size_t>(got);
  }
  return true;
}

/// Turns lines into entries, in place: none becomes longer. Returns their size.
size_t entries_of_lines(char* text, size_t size) {
  size_t kept = 0;
  for (size_t begin = 0; begin < size;) {
    const void* newline = memchr(text + begin, '\n', size - begin);
    const size_t end = newline == nullptr ? size : static_cast<size_t>(static_cast<const char*>(newline) - text);
    size_t last = end;
    while (last > begin && (text[last - 1] == ' ' || text[last - 1] == '\t')) --last;
    if (last > begin && text[begin] != '#' && text[begin] != '\0') {
      for (size_t i = begin; i < last; ++i) text[kept++] = to_lower(text[i]);
      text[kept++] = '\0';  // there is room for it: where the newline stood, or behind the text
    }
    begin = end + 1;
  }
  return kept;
}

}  // namespace

bool DomainTable::take(char* text, size_t size) {
  size_t entries = 0;
  for (size_t i = 0; i < size; ++i) entries += text[i] == '\0';
  size_t places = 2;
  while (places < entries * 2) places *= 2;
  places_ = static_cast<uint32_t*>(calloc(places, sizeof *places_));
  if (places_ == nullptr) return false;
  text_ = text;
  size_ = size;
  mask_ = static_cast<uint32_t>(places - 1);
  for (size_t begin = 0; begin < size;) {
    const auto offset = static_cast<uint32_t>(begin);
    const Bytes entry = entry_at(offset);
    uint32_t place = hash_text(hash_start, entry) & mask_;
    while (places_[place] != 0) place = (place + 1) & mask_;
    places_[place] = offset + 1;
    begin += entry.size + 1;
  }
  return true;
}

void DomainTable::free_all() {
  free(text_);
  free(places_);
}

Bytes DomainTable::entry_at(uint32_t offset) const { return {text_ + offset, strlen(text_ + offset)}; }

bool DomainTable::contains(Bytes domain, uint32_t hash) const {
  if (places_ == nullptr) return false;
  for (uint32_t place = hash & mask_; places_[place] != 0; place = (place + 1) & mask_)
    if (equal(entry_at(places_[place] - 1), domain)) return true;
  return false;
}

namespace {

rr_status load_listed(int folder, rr_rcpthosts* list) {
  const int fd = openat(folder, "rcpthosts", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  list->is_missing = fd < 0 && errno == ENOENT;
  if (fd < 0) return list->is_missing ? RR_OK : RR_SYSTEM;
  char* text = nullptr;
  size_t size = 0;
  const bool is_read = read_whole(fd, &text, &size);
  close_quietly(fd);
  if (is_read && list->listed.take(text, entries_of_lines(text, size))) return RR_OK;
  free(text);
  return RR_SYSTEM;
}

rr_status load_more(int folder, rr_rcpthosts* list) {
  if (list->is_missing) return RR_OK;
  RuleFile file;
  const rr_status status = load_rule_file_in(folder, "morercpthosts.cdb", &file);
  if (status == RR_SYSTEM && errno == ENOENT) return RR_OK;
  list->has_more = status == RR_OK;
  if (list->has_more) list->more = file.map;
  return status;
}

rr_status load(const char* control, rr_rcpthosts* list) {
  const int folder = open(control, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return RR_SYSTEM;
  rr_status status = load_listed(folder, list);
  if (status == RR_OK) status = load_more(folder, list);
  close_quietly(folder);
  return status;
}

/// Whether a domain, or an end of one, is listed; it is in lower case.
bool is_listed(const rr_rcpthosts& list, Bytes name) {
  const uint32_t hash = hash_text(hash_start, name);
  if (list.listed.contains(name, hash)) return true;
  if (!list.has_more) return false;
  Query query;
  query.ip = name;
  Record record;
  return list.more.find(query, Key{Key::Shape::plain, hash, name}, list.more.slots(hash), &record) == Outcome::found;
}

}  // namespace

}  // namespace relayrules::runtime

using namespace relayrules::runtime;

rr_status rr_rcpthosts_open(const char* control, rr_rcpthosts** list) {
  if (list == nullptr) return RR_BAD_ARGUMENT;
  *list = nullptr;
  if (control == nullptr) return RR_BAD_ARGUMENT;
  auto* made = static_cast<rr_rcpthosts*>(malloc(sizeof(rr_rcpthosts)));
  if (made == nullptr) return RR_SYSTEM;
  *made = rr_rcpthosts();
  const rr_status status = load(control, made);
  if (status == RR_OK)
    *list = made;
  else
    rr_rcpthosts_close(made);
  return status;
}

void rr_rcpthosts_close(rr_rcpthosts* list) {
  if (list == nullptr) return;
  const int reason = errno;
  list->listed.free_all();
  if (list->has_more) list->more.close();
  free(list);
  errno = reason;
}

int rr_rcpthosts_is_missing(const rr_rcpthosts* list) { return list != nullptr && list->is_missing; }

int rr_rcpthosts_match(const rr_rcpthosts* list, const char* domain, size_t domain_len) {
  if (list == nullptr || domain == nullptr) return 0;
  if (list->is_missing) return 1;
  if (domain_len > longest_domain) return 0;
  char lower[longest_domain];
  for (size_t i = 0; i < domain_len; ++i) lower[i] = to_lower(domain[i]);
  for (size_t i = 0; i <= domain_len; ++i) {
    if (i != 0 && (i == domain_len || lower[i] != '.')) continue;
    if (is_listed(*list, {lower + i, domain_len - i})) return 1;
  }
  return 0;
}
