// The words of the runtime in which relayrules-env is written: borrowed bytes, and text put together in place.
#pragma once

#include "runtime/text.hpp"

namespace relayrules::env {

using runtime::Bytes;
using runtime::bytes_of;
using runtime::Text;

}  // namespace relayrules::env
