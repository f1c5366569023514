// Loops over plain memory are compiled for each width of the processor's vectors; the C library chooses one at the first call.
#pragma once

#if defined(__x86_64__) && defined(__GLIBC__)
#define PPL_WIDEST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define PPL_WIDEST
#endif
