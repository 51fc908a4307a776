# The warnings and sanitizers that every target of this project is built with.
add_library(relayrules_warnings INTERFACE)
target_compile_options(relayrules_warnings INTERFACE
  -Wall -Wextra -Wconversion -Wshadow
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Wold-style-cast>
  $<$<BOOL:${RELAYRULES_WERROR}>:-Werror>)

if(RELAYRULES_SANITIZE)
  add_compile_options(-fsanitize=${RELAYRULES_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${RELAYRULES_SANITIZE})
endif()
