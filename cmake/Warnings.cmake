# The warnings and sanitizers that every target of this project is built with. With a sanitizer g++ warns of flows that do not
# exist (its manual advises against -Werror there); the same files are built without one, where each warning is an error.
add_library(relayrules_warnings INTERFACE)
target_compile_options(relayrules_warnings INTERFACE
  -Wall -Wextra -Wconversion -Wshadow
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Wold-style-cast>)
if(RELAYRULES_WERROR AND NOT RELAYRULES_SANITIZE)
  target_compile_options(relayrules_warnings INTERFACE -Werror)
endif()

if(RELAYRULES_SANITIZE)
  add_compile_options(-fsanitize=${RELAYRULES_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${RELAYRULES_SANITIZE})
  # each check knows its place in the source by an address, a million of them: at a fixed place in memory they are known when
  # the program is linked, and it starts in half the time. The tests start thousands.
  string(APPEND CMAKE_EXE_LINKER_FLAGS " -no-pie")
endif()
