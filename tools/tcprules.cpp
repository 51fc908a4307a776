// tcprules: the drop-in for ucspi-tcp's compiler. Same arguments, exit codes, messages and bytes; man/tcprules.1 lists
// the few differences. The input is read in pieces of whole lines, so that memory does not grow with it.
//
// Invariant: nothing is truncated before the temporary file is known to be another file than the one the rules come
// from.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.hpp"
#include "base/file.hpp"
#include "base/launch.hpp"
#include "base/line_pieces.hpp"
#include "base/standard_descriptors.hpp"
#include "cdb/lower.hpp"
#include "cdb/write.hpp"
#include "formats/tcprules.hpp"
#include "original_words.hpp"
#include "program.hpp"

namespace core {
namespace {

enum class Exit { ok = 0, bad_input = 100, system = 111 };

/// Prints one line; as in the original, text ends at its first NUL.
Exit complain(Exit code, const std::string& text) {
  std::fprintf(stderr, "tcprules: %s\n", text.c_str());
  return code;
}

Exit complain_errno(const std::string& text, int error) {
  return complain(Exit::system, "fatal: " + text + ": " + std::string(original_words(error)));
}

/// The temporary file, removed again unless it was moved to its place.
class Temporary {
 public:
  explicit Temporary(std::string path) : path_(std::move(path)) {}
  ~Temporary() {
    if (is_ours_ && !moved_) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  /// Opens and empties the file, unless it is the one on standard input.
  Exit open() {
    // without O_TRUNC: the file may be the source
    constexpr int flags = O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC;
    int opened = ::open(path_.c_str(), flags | O_EXCL, 0644);
    is_ours_ = opened >= 0;
    if (opened < 0 && errno == EEXIST) opened = ::open(path_.c_str(), flags, 0644);
    fd_ = FileDescriptor(above_standard_descriptors(opened));
    struct stat mine {};
    struct stat source {};
    if (!fd_.valid() || ::fstat(fd_.get(), &mine) != 0) return complain_errno("unable to create " + path_, errno);
    if (!S_ISREG(mine.st_mode)) return Exit::ok;
    if (::fstat(STDIN_FILENO, &source) != 0) return complain_errno("unable to read input", errno);
    if (source.st_dev == mine.st_dev && source.st_ino == mine.st_ino)
      return complain(Exit::system, "fatal: unable to create " + path_ +
                                        ": it is the file that the rules are read from; name another temporary file");
    if (const Exit failed = lock(mine); failed != Exit::ok) return failed;
    is_ours_ = true;
    if (::ftruncate(fd_.get(), 0) != 0) return complain_errno("unable to create " + path_, errno);
    return Exit::ok;
  }

  Exit move_to(const std::string& target) {
    if (::fsync(fd_.get()) != 0) return complain_errno("unable to write to " + path_, errno);
    if (::rename(path_.c_str(), target.c_str()) != 0)
      return complain_errno("unable to move " + path_ + " to " + target, errno);
    moved_ = true;
    return Exit::ok;
  }

  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  /// Nobody else of us writes the file, which is `mine`, from now on. Nor has anybody moved it since it was opened: it
  /// would be a database that servers read.
  Exit lock(const struct stat& mine) {
    struct stat named {};
    const bool is_taken = ::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!is_taken && ::stat(path_.c_str(), &named) != 0 && errno != ENOENT)
      return complain_errno("unable to create " + path_, errno);
    if (named.st_dev == mine.st_dev && named.st_ino == mine.st_ino) return Exit::ok;
    is_ours_ = false;
    return complain(Exit::system, "fatal: unable to create " + path_ + ": another tcprules is writing it");
  }

  std::string path_;
  FileDescriptor fd_;
  bool is_ours_ = false;  // made here, or a regular file that is not the source: to be removed after an error
  bool moved_ = false;
};

/// Records one behind the other, to be written later by another thread: plain bytes travel between processors better
/// than rules.
class RecordBatch : public cdb::RecordSink {
 public:
  void clear() { used_ = 0; }
  bool add(std::string_view key, std::string_view value) override {
    const std::uint32_t sizes[2] = {static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size())};
    const std::size_t needed = used_ + sizeof sizes + key.size() + value.size();
    if (needed > bytes_.size()) bytes_.resize(needed * 2);
    char* const at = bytes_.data() + used_;
    std::memcpy(at, sizes, sizeof sizes);
    std::copy(key.begin(), key.end(), at + sizeof sizes);
    std::copy(value.begin(), value.end(), at + sizeof sizes + key.size());
    used_ = needed;
    return true;
  }
  /// False when `sink` stopped.
  [[nodiscard]] bool replay(cdb::RecordSink& sink) const {
    std::string_view rest(bytes_.data(), used_);
    while (!rest.empty()) {
      std::uint32_t sizes[2];
      std::memcpy(sizes, rest.data(), sizeof sizes);
      rest.remove_prefix(sizeof sizes);
      if (!sink.add(rest.substr(0, sizes[0]), rest.substr(sizes[0], sizes[1]))) return false;
      rest.remove_prefix(std::size_t{sizes[0]} + sizes[1]);
    }
    return true;
  }

 private:
  std::vector<char> bytes_;
  std::size_t used_ = 0;
};

/// One piece of the input and what was made of it. Its room is used again for later pieces.
struct Piece {
  std::string text;
  Policy policy = new_policy(*find_format("tcprules"));
  RecordBatch records;
  int read_error = 0;                   ///< errno when reading failed
  std::optional<std::string> bad_line;  ///< the first line that is no rule; nothing behind it was compiled
  bool ready = false;

  [[nodiscard]] bool is_last() const { return text.empty() || read_error != 0; }
};

/// The line around the first finding, as the original prints it: without blanks at its end.
std::string line_of_first(const Findings& findings, std::string_view text) {
  const std::size_t at = findings.all().front().span.begin;
  const std::size_t previous = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t begin = previous == std::string_view::npos ? 0 : previous + 1;
  return std::string(trimmed_right(text.substr(begin, text.find('\n', begin) - begin)));
}

/// Compiles the text of `piece` into records.
void compile_piece(Piece& piece) {
  piece.policy.clear_rules();
  piece.records.clear();
  ParseOptions options;
  options.reading = Reading::faithful;
  Findings findings;
  parse_tcprules(Source("", piece.text, 0), options, TcprulesDialect::classic, piece.policy, findings);
  if (!findings.empty()) piece.bad_line = line_of_first(findings, piece.text);
  // key order can say every rule of this format, and the batch takes everything
  static_cast<void>(cdb::lower(piece.policy, {}, piece.records, findings));
}

/// The pieces of the input, one after the other. Of a long input the next ones are compiled by another thread while the
/// caller writes the one that it has; when the next one is not ready, the caller compiles a later one instead of
/// waiting. Where no thread can be started, the caller does it all.
class PieceReader {
 public:
  PieceReader() = default;
  PieceReader(const PieceReader&) = delete;
  PieceReader& operator=(const PieceReader&) = delete;
  ~PieceReader() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  /// The next piece, valid until the next call. Not to be called again behind the last one.
  const Piece& next() {
    std::unique_lock lock(mutex_);
    if (wanted_ > 0) {
      Piece& done = piece_of(wanted_ - 1);
      done.ready = false;  // it may be used again from now on
      if (!helper_.valid())
        std::swap(done, piece_of(wanted_));  // its memory at once: fresh pages take longer than rules
      changed_.notify_all();
    }
    Piece& piece = piece_of(wanted_++);
    while (!piece.ready) {
      if (helper_ended_ && helper_.valid()) helper_.get();  // throws what ended it: there was no memory
      if (!compile_next(lock)) changed_.wait(lock);
    }
    // a short input is not worth a thread
    if (!helper_.valid() && !ended_ && piece.text.size() >= LinePieces::piece_size / 2)
      helper_ = std::async(beside_if_possible, [this] { compile_ahead(); });
    return piece;
  }

 private:
  Piece& piece_of(std::size_t number) { return pieces_[number % pieces_.size()]; }

  /// Reads the next piece that nobody has begun, and compiles it without the lock. False when there is none or no room
  /// for it.
  bool compile_next(std::unique_lock<std::mutex>& lock) {
    if (ended_ || begun_ + 1 == wanted_ + pieces_.size()) return false;
    Piece& piece = piece_of(begun_++);
    if (!input_.next(piece.text)) piece.read_error = errno;
    ended_ = ended_ || piece.is_last();
    lock.unlock();
    compile_piece(piece);
    lock.lock();
    piece.ready = true;
    changed_.notify_all();
    return true;
  }

  void compile_ahead() {
    // whatever way this ends, the caller does not wait for a piece that will never be ready
    struct AtEnd {
      PieceReader& reader;
      ~AtEnd() {
        const std::lock_guard lock(reader.mutex_);
        reader.helper_ended_ = true;
        reader.changed_.notify_all();
      }
    } const at_end{*this};
    std::unique_lock lock(mutex_);
    while (!ended_)
      if (!compile_next(lock)) changed_.wait(lock);
  }

  std::mutex mutex_;  // guards all but the insides of pieces, which belong to who compiles or took them
  std::condition_variable changed_;
  LinePieces input_{STDIN_FILENO};
  std::array<Piece, 4> pieces_;
  std::size_t begun_ = 0;   // pieces that somebody has read from the input
  std::size_t wanted_ = 0;  // pieces that the caller has asked for
  bool ended_ = false;      // the last piece was begun, or the caller needs no more
  bool helper_ended_ = false;
  std::future<void> helper_;  // the last member: it ends before the others do
};

/// Writes the records of one piece.
Exit write_piece(const Piece& piece, cdb::Writer& writer, const std::string& temporary_path) {
  if (piece.read_error != 0) return complain_errno("unable to read input", piece.read_error);
  if (!piece.records.replay(writer))
    return complain_errno("unable to write to " + temporary_path, writer.status()->error);
  // the lines before a bad one were written, too; only what is moved into place counts
  if (piece.bad_line) return complain(Exit::bad_input, "fatal: unable to parse this line: " + *piece.bad_line);
  return Exit::ok;
}

Exit compile(const std::string& target, const std::string& temporary_path) {
  Temporary temporary(temporary_path);
  if (const Exit failed = temporary.open(); failed != Exit::ok) return failed;
  cdb::Writer writer(temporary.fd(), temporary_path);
  PieceReader reader;
  for (bool last = false; !last;) {
    const Piece& piece = reader.next();
    last = piece.is_last();
    if (const Exit failed = write_piece(piece, writer, temporary_path); failed != Exit::ok) return failed;
  }
  if (const Status failed = writer.finish())
    return complain_errno("unable to write to " + temporary_path, failed->error);
  return temporary.move_to(target);
}

int run(int argc, char** argv) {
  if (argc < 3) return static_cast<int>(complain(Exit::bad_input, "usage: tcprules rules.cdb rules.tmp"));
  return static_cast<int>(compile(argv[1], argv[2]));
}

}  // namespace
}  // namespace core

int main(int argc, char** argv) {
  using namespace core;
  return run_program("tcprules: fatal: ", static_cast<int>(Exit::system), run, argc, argv);
}
