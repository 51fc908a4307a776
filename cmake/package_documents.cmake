# Run by cpack before it packs: the copyright and a changelog for each package, manual pages compressed, as Debian's policy (12) wants it.
file(READ "${CPACK_RELAYRULES_SOURCE}/LICENSE" license)
string(STRIP "${license}" license)
string(REPLACE "\n\n" "\n.\n" license "${license}")
string(REPLACE "\n" "\n " license " ${license}")
# what stands under the heading of this version
execute_process(
  COMMAND sed -n "/^## ${CPACK_PACKAGE_VERSION} /,/^## /{/^##/!p}" "${CPACK_RELAYRULES_SOURCE}/CHANGELOG.md"
  COMMAND fold -s -w 76
  COMMAND sed "/^ *$/d; s/^- /* /; s/^/  /; s/ *$//"
  OUTPUT_VARIABLE changes COMMAND_ERROR_IS_FATAL ANY)
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(name_programs relayrules)
set(name_dropins relayrules-tcprules)
set(name_library "${CPACK_RELAYRULES_LIBRARY}")
set(name_development librelayrules-dev)
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  set(root "${CPACK_TEMPORARY_DIRECTORY}/${component}/usr")
  set(folder "${root}/share/doc/${name_${component}}")
  file(WRITE "${folder}/copyright" "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2026 the relayrules authors
License: Expat
${license}
")
  file(WRITE "${folder}/changelog"
    "relayrules (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n${changes}\n -- ${CPACK_PACKAGE_CONTACT}  ${now}\n")
  file(GLOB pages "${root}/share/man/man*/*.[0-9]")
  execute_process(COMMAND gzip -9nf "${folder}/changelog" ${pages} COMMAND_ERROR_IS_FATAL ANY)
  # starting them for every connection, login or file is what they are measured by: lib/ARCHITECTURE.md
  set(static_programs "relayrules-env;relayrules-grant")
  set(static_dropins "tcprules;tcprulescheck")
  foreach(program IN LISTS static_${component})
    file(APPEND "${root}/share/lintian/overrides/${name_${component}}"
      "${name_${component}}: statically-linked-binary [usr/bin/${program}]\n")
  endforeach()
endforeach()
