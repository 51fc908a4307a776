// Any bytes may come through the socket of relayrules-policyd.
// Invariant: a request is the same whatever stands behind it, and is whole at its last byte and not before.
#include <cstdint>
#include <string_view>

#include "relayrules-policyd/request.hpp"
#include "require.hpp"

using namespace relayrules::policyd;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(size == 0 ? "" : reinterpret_cast<const char*>(data), size);
  size_t taken = 0;
  Request request;
  if (read_request(bytes, &taken, &request) != Reading::whole) return 0;
  core::require(taken <= size && taken <= longest_request, "a request lies within what was read");
  Request other;
  size_t again = 0;
  core::require(read_request(bytes.substr(0, taken), &again, &other) == Reading::whole && again == taken,
                "what stands behind a request does not change it");
  core::require(request.recipient == other.recipient && request.client_address == other.client_address, "the fields");
  core::require(read_request(bytes.substr(0, taken - 1), &again, &other) == Reading::more, "not whole before its end");
  return 0;
}
