/*
 * A stranger's own cdb library, under the names that D. J. Bernstein's and tinycdb's have in common with many others.
 * run.sh links it beside consumer.c. Invariant: nobody but the stranger may ever call these, so a call ends the
 * program.
 */
#include <stdlib.h>

#define OWN(name)  \
  void name(void); \
  void name(void) { abort(); }

/* clang-format off */
OWN(cdb_init) OWN(cdb_free) OWN(cdb_read) OWN(cdb_find) OWN(cdb_findstart) OWN(cdb_findnext) OWN(cdb_findinit)
OWN(cdb_hash) OWN(cdb_hashadd) OWN(cdb_seek) OWN(cdb_get) OWN(cdb_bread) OWN(cdb_pack) OWN(cdb_unpack)
OWN(cdb_make_start) OWN(cdb_make_add) OWN(cdb_make_finish)
    /* clang-format on */
