// Fuzz target: bytes as Sendmail's files and as an address. Whatever stands in them is read to its end, and what is
// decided is the same twice, and never nothing.
//
// The first line is sendmail.mc, the second a recipient; the rest is the access map.
#include <cstdint>
#include <string>
#include <string_view>

#include "model/recipient.hpp"
#include "model/transaction.hpp"
#include "require.hpp"
#include "site/sendmail_stages.hpp"

namespace core {
namespace {

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void check_server(std::string_view text) {
  Sources sources;
  Findings findings;
  const Source* configuration = sources.add("sendmail.mc", take_line(text));
  const std::string recipient(take_line(text));
  const Source* map = sources.add("access", text);
  SendmailParts parts;
  parts.features = read_sendmail_mc(*configuration);
  parts.map = read_access_map(*map, findings);
  parts.has_map = true;
  parts.own = {{"local.example", {}}};
  parts.relayed = read_class_words(*map);
  Site site;
  site.server = Server::sendmail;
  make_sendmail_stages(site, parts);
  Transaction given;
  given.client.address = *parse_address("192.0.2.1");
  for (const char* sender : {"", "a@sender.example"}) {
    given.sender = sender;
    given.recipient = recipient;
    const MailDecision decision = evaluate(site, given);
    require(evaluate(site, given).access == decision.access, "two answers to one question");
    require(decision.access != Access::pass, "Sendmail always answers");
  }
}

}  // namespace
}  // namespace core

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  core::check_server({reinterpret_cast<const char*>(data), size});
  return 0;
}
