// tcprules: the drop-in for ucspi-tcp's compiler. Same arguments, exit codes, messages and bytes; man/tcprules.1 lists the
// few differences. The input is read in pieces of whole lines, so that memory does not grow with it.
//
// Invariant: nothing is truncated before the temporary file is known to be another file than the one the rules come from.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>
#include <thread>

#include "base/cursor.hpp"
#include "base/file.hpp"
#include "base/line_pieces.hpp"
#include "cdb/lower.hpp"
#include "cdb/write.hpp"
#include "formats/tcprules.hpp"
#include "original_words.hpp"

namespace relayrules {
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
    if (is_regular_ && !moved_) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  /// Opens and empties the file, unless it is the one on standard input.
  Exit open() {
    // without O_TRUNC: the file may be the source
    fd_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0644));
    struct stat mine {};
    struct stat source {};
    if (!fd_.valid() || ::fstat(fd_.get(), &mine) != 0) return complain_errno("unable to create " + path_, errno);
    const bool is_source =
        ::fstat(STDIN_FILENO, &source) == 0 && source.st_dev == mine.st_dev && source.st_ino == mine.st_ino;
    if (is_source && S_ISREG(mine.st_mode))
      return complain(Exit::system, "fatal: unable to create " + path_ +
                                        ": it is the file that the rules are read from; name another temporary file");
    is_regular_ = S_ISREG(mine.st_mode);
    if (is_regular_ && ::ftruncate(fd_.get(), 0) != 0) return complain_errno("unable to create " + path_, errno);
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
  std::string path_;
  FileDescriptor fd_;
  bool is_regular_ = false;
  bool moved_ = false;
};

/// Records one behind the other, to be written later by another thread: plain bytes travel between processors better than rules.
class RecordBatch : public cdb::RecordSink {
 public:
  void clear() { bytes_.clear(); }
  bool add(std::string_view key, std::string_view value) override {
    const std::uint32_t sizes[2] = {static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size())};
    bytes_.append(reinterpret_cast<const char*>(sizes), sizeof sizes).append(key).append(value);
    return true;
  }
  /// False when `sink` stopped.
  [[nodiscard]] bool replay(cdb::RecordSink& sink) const {
    std::string_view rest = bytes_;
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
  std::string bytes_;
};

/// What was read from one piece of the input.
struct Piece {
  RecordBatch records;
  bool last = false;
  bool large = false;                   ///< worth a thread of its own
  int read_error = 0;                   ///< errno when reading failed
  std::optional<std::string> bad_line;  ///< the first line that is no rule; nothing behind it was read

  [[nodiscard]] bool ends_reading() const { return last || read_error != 0 || bad_line; }
};

/// The line around the first finding, as the original prints it: without blanks at its end.
std::string line_of_first(const Findings& findings, std::string_view text) {
  const std::size_t at = findings.all().front().span.begin;
  const std::size_t previous = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t begin = previous == std::string_view::npos ? 0 : previous + 1;
  return std::string(trimmed_right(text.substr(begin, text.find('\n', begin) - begin)));
}

/// Reads and compiles the next piece of `input`. `policy` is only room that need not be made again.
void read_piece(LinePieces& input, Policy& policy, Piece& piece) {
  std::string_view text;
  policy.clear_rules();
  piece.records.clear();
  if (!input.next(text)) piece.read_error = errno;
  piece.last = text.empty();
  piece.large = text.size() >= LinePieces::first_capacity / 2;
  ParseOptions options;
  options.reading = Reading::faithful;
  Findings findings;
  parse_tcprules(Source("", text, 0), options, TcprulesDialect::classic, policy, findings);
  if (!findings.empty()) piece.bad_line = line_of_first(findings, text);
  // key order can say every rule of this format, and the batch takes everything
  static_cast<void>(cdb::lower(policy, {}, piece.records, findings));
}

/// The pieces of the input, one after the other. Of a long input the next ones are read and parsed by another thread while the
/// caller writes the one that it has.
class PieceReader {
 public:
  PieceReader() = default;
  PieceReader(const PieceReader&) = delete;
  PieceReader& operator=(const PieceReader&) = delete;
  ~PieceReader() {
    if (!thread_.joinable()) return;
    stopping_ = true;
    free_.release();
    thread_.join();
  }

  /// The next piece, valid until the next call. Not to be called again behind the last one.
  const Piece& next() {
    if (!thread_.joinable()) {
      read_piece(input_, policy_, pieces_[0]);
      // a short input is not worth a thread
      if (pieces_[0].large && !pieces_[0].ends_reading()) thread_ = std::thread([this] { read_ahead(); });
      return pieces_[0];
    }
    if (taken_++ > 0) free_.release();
    ready_.acquire();
    return pieces_[taken_ % pieces_.size()];
  }

 private:
  void read_ahead() {
    for (std::size_t i = 1;; ++i) {
      Piece& piece = pieces_[i % pieces_.size()];
      free_.acquire();
      if (stopping_) return;
      read_piece(input_, policy_, piece);
      ready_.release();
      if (piece.ends_reading()) return;
    }
  }

  LinePieces input_{STDIN_FILENO};
  Policy policy_ = new_policy(*find_format("tcprules"));
  std::array<Piece, 4> pieces_;
  std::size_t taken_ = 0;               // pieces that came from the thread
  std::counting_semaphore<4> free_{2};  // pieces that the thread may fill; the caller holds one more
  std::counting_semaphore<4> ready_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
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
    last = piece.last;
    if (const Exit failed = write_piece(piece, writer, temporary_path); failed != Exit::ok) return failed;
  }
  if (const Status failed = writer.finish())
    return complain_errno("unable to write to " + temporary_path, failed->error);
  return temporary.move_to(target);
}

}  // namespace
}  // namespace relayrules

int main(int argc, char** argv) {
  using namespace relayrules;
  std::signal(SIGXFSZ, SIG_IGN);  // a full quota is an error like a full disk, not a reason to die half way
  if (argc < 3) return static_cast<int>(complain(Exit::bad_input, "usage: tcprules rules.cdb rules.tmp"));
  return static_cast<int>(compile(argv[1], argv[2]));
}
