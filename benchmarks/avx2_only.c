/* Hides AVX512, AMX and VNNI from a program, as on a processor that has AVX2 only:

       cc -shared -fPIC -O2 -o /tmp/avx2_only.so benchmarks/avx2_only.c
       LD_PRELOAD=/tmp/avx2_only.so python -m benchmarks.network ...

   It takes itself out of the environment, so it has to stand directly before python, not before
   timeout or time. Linux on Intel processors that can fault on CPUID (cpuid_fault in
   /proc/cpuinfo). Libraries that choose their kernels by CPUID, as ONNX Runtime does, cannot be
   told otherwise. */

#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef ARCH_CPUID_SET
#define ARCH_CPUID_SET 0x1012
#endif

static void allow_cpuid(long allowed) {
    if (syscall(SYS_arch_prctl, ARCH_CPUID_SET, allowed) != 0) {
        perror("avx2_only: this processor does not fault on CPUID");
        _exit(1);
    }
}

static void answer(int number, siginfo_t *info, void *context) {
    (void)info;
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const unsigned char *code = (const unsigned char *)registers[REG_RIP];
    if (code[0] != 0x0f || code[1] != 0xa2) { /* no CPUID: a crash like any other */
        signal(number, SIG_DFL);
        return;
    }
    unsigned leaf = registers[REG_RAX], part = registers[REG_RCX], a, b, c, d;
    allow_cpuid(1);
    __cpuid_count(leaf, part, a, b, c, d);
    allow_cpuid(0);
    if (leaf == 7 && part == 0) {
        b &= ~0xdc230000u; /* AVX512 F, DQ, IFMA, PF, ER, CD, BW, VL */
        c &= ~0x00005842u; /* AVX512 VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ */
        d &= ~0x03c0010cu; /* AVX512 4VNNIW, 4FMAPS, VP2INTERSECT, FP16; AMX */
    }
    if (leaf == 7 && part == 1) {
        a &= ~0x00200030u; /* AVX VNNI, AVX512 BF16, AMX FP16 */
        d &= ~0x00080530u; /* AVX VNNI INT8, NE CONVERT, VNNI INT16, AMX COMPLEX, AVX10 */
    }
    registers[REG_RAX] = a, registers[REG_RBX] = b, registers[REG_RCX] = c, registers[REG_RDX] = d;
    registers[REG_RIP] += 2;
}

__attribute__((constructor)) static void start(void) {
    struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO | SA_NODEFER};
    unsetenv("LD_PRELOAD"); /* compilers that it starts catch the signal themselves */
    sigaction(SIGSEGV, &action, NULL);
    allow_cpuid(0);
}
