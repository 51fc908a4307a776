// The steps of Sendmail: what check_relay, check_mail and check_rcpt ask, in which order.
#pragma once

#include <vector>

#include "model/access_map.hpp"
#include "model/site.hpp"
#include "site/sendmail_mc.hpp"
#include "site/sendmail_tables.hpp"

namespace core {

/// What the files of a server say.
struct SendmailParts {
  SendmailFeatures features;
  AccessMap map;
  bool has_map = false;
  std::vector<ClassWord> own;      ///< class w
  std::vector<ClassWord> relayed;  ///< class R
  bool login_relays = false;
};

/// Makes tables and stages of them.
void make_sendmail_stages(Site& site, const SendmailParts& parts);

}  // namespace core
