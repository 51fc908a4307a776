# relayrules_registry(TARGET dir DIR type TYPE namespace NS header HEADER function FN)
#
# Writes a source file that lists the one constant which each DIR/<name>.cpp defines, NS::<name> with dashes as
# underscores, and adds it to TARGET. A file that does not define its constant is a link error; nobody keeps a list by hand.
function(relayrules_registry target dir type namespace header function)
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}/${dir}" "${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.cpp")
  list(TRANSFORM sources REPLACE "\\.cpp$" "")
  list(SORT sources)
  set(declarations "")
  set(entries "")
  foreach(name IN LISTS sources)
    string(REPLACE "-" "_" identifier "${name}")
    string(APPEND declarations "extern const ${type} ${identifier};\n")
    string(APPEND entries "    &${namespace}::${identifier},\n")
  endforeach()
  string(REPLACE "/" "_" stem "${dir}")
  set(output "${CMAKE_CURRENT_BINARY_DIR}/registry_${stem}.cpp")
  file(CONFIGURE OUTPUT "${output}" CONTENT
"// Written by cmake/Registry.cmake from the files of lib/${dir}: do not edit.
#include \"${header}\"
namespace ${namespace} {
@declarations@}  // namespace ${namespace}
static const ${type}* const entries[] = {
@entries@};
std::span<const ${type}* const> ${function}() { return entries; }
" @ONLY)
  target_sources(${target} PRIVATE "${output}")
endfunction()
