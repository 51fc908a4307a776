# relayrules_registry(TARGET dir DIR type TYPE namespace NS headers HEADERS function FN)
#
# Each DIR/<name>.cpp defines one constant, NS::<name> with dashes as underscores. This writes DIR/registry.hpp, which
# includes HEADERS (what these files are written with), declares the constants and is included by all of them, and a
# source file that lists them, and adds that to TARGET. A file that does not define its constant is a link error; nobody
# keeps a list by hand.
function(relayrules_registry target dir type namespace headers function)
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}/${dir}" "${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.cpp")
  list(TRANSFORM sources REPLACE "\\.cpp$" "")
  list(SORT sources)
  list(TRANSFORM headers PREPEND "#include ")
  list(JOIN headers "\n" includes)
  string(REGEX REPLACE "::[^:]*$" "" outer "${namespace}")
  set(declarations "")
  set(entries "")
  foreach(name IN LISTS sources)
    string(REPLACE "-" "_" identifier "${name}")
    string(APPEND declarations "extern const ${type} ${identifier};\n")
    string(APPEND entries "    &${namespace}::${identifier},\n")
  endforeach()
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/registry")
  file(CONFIGURE OUTPUT "${folder}/${dir}/registry.hpp" CONTENT
"// Written by cmake/Registry.cmake from the files of lib/${dir}: do not edit.
#pragma once
@includes@
namespace ${namespace} {
@declarations@}  // namespace ${namespace}
// only the files of that folder include this
using namespace ${outer};
using namespace ${namespace};
" @ONLY)
  file(CONFIGURE OUTPUT "${folder}/${dir}/registry.cpp" CONTENT
"// Written by cmake/Registry.cmake from the files of lib/${dir}: do not edit.
#include \"${dir}/registry.hpp\"
static const ${type}* const entries[] = {
@entries@};
std::span<const ${type}* const> ${function}() { return entries; }
" @ONLY)
  target_sources(${target} PRIVATE "${folder}/${dir}/registry.cpp")
  target_include_directories(${target} PRIVATE "${folder}")
endfunction()
