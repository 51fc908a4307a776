// daemon.cpp - the rules inside an smtpd of one's own: one handle for all threads, new files while it runs.
//
//   c++ -std=c++20 -o daemon daemon.cpp $(pkg-config --cflags --libs relayrules) -pthread
//   printf '192.0.2.7 user@example.org\n' | ./daemon /etc/tcp.smtp.cdb /var/qmail/control
//
// Reads "ADDRESS RECIPIENT" lines and says what becomes of the mail. A real one asks the same at RCPT TO.
#include <relayrules/recipients.h>
#include <atomic>
#include <chrono>
#include <iostream>
#include <relayrules/relayrules.hpp>
#include <string>
#include <thread>

namespace {

/// Looks ten times a second whether the compiler has put another file in its place. What is asked meanwhile waits for
/// nothing, and a file that is damaged or gone leaves the old one in use.
void keep_fresh(const relayrules::Database& rules, const std::atomic<bool>& ends) {
  while (!ends) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (const auto status = rules.refresh(); !status.ok()) std::cerr << "daemon: " << status.message() << '\n';
  }
}

/// What becomes of a mail of a client who has not logged in.
std::string answer(const relayrules::Database& rules, const rr_rcpthosts* ours, const std::string& ip,
                   const std::string& recipient) {
  const relayrules::Result client = rules.lookup({.ip = ip});
  if (!client.permits(relayrules::Verdict::allow)) return "554 denied";
  rr_mail mail = RR_MAIL_INIT;
  mail.rules = client.raw();
  mail.on_nomatch = RR_ALLOW;
  mail.ours = ours;
  mail.recipient = recipient.data();
  mail.recipient_len = recipient.size();
  rr_mail_reason reason;
  const bool is_taken = rr_may_relay(&mail, &reason) == 1;
  return std::string(is_taken ? "250 " : "553 ") + rr_mail_reason_text(reason);
}

}  // namespace

int main(int argc, char** argv) {
  relayrules::Database rules;
  rr_rcpthosts* ours = nullptr;
  if (argc != 3) return std::cerr << "usage: daemon RULES.CDB CONTROL-FOLDER\n", 100;
  if (const auto status = rules.open(argv[1]); !status.ok())
    return std::cerr << "daemon: " << argv[1] << ": " << status.message() << '\n', 111;
  if (rr_rcpthosts_open(argv[2], &ours) != RR_OK) return std::cerr << "daemon: " << argv[2] << " cannot be read\n", 111;
  std::atomic<bool> ends = false;
  std::thread refresher([&] { keep_fresh(rules, ends); });
  for (std::string ip, recipient; std::cin >> ip >> recipient;)
    std::cout << answer(rules, ours, ip, recipient) << std::endl;
  ends = true;
  refresher.join();
  rr_rcpthosts_close(ours);
}
