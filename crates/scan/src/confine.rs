//! What a child that reads strangers' bytes gives up before it reads the first: new files, sockets, processes, endless memory and time.

use std::collections::BTreeMap;

use rustix::process::{Resource, Rlimit, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

/// Address space: the largest page several times over, a large file, and the program.
const MEMORY_MAX: u64 = 3 << 30;
/// Reading and writing what is open, memory, threads' locks, time, the end.
const COMPUTING: [i64; 31] = [
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_getrandom,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_tgkill,
    libc::SYS_getcpu,
    libc::SYS_membarrier,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Gives up what is not needed to compute, and all after so many processor seconds. From here on no file, socket or process can be
/// opened; what is open stays. True when no new handle can be had and memory and time are bounded; where the kernel has seccomp,
/// only the calls of a program that computes are left beside.
pub fn confine(seconds: u64) -> bool {
    let limit = |resource, most: u64| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }).is_ok();
    let limits = [
        limit(Resource::Core, 0),
        limit(Resource::Fsize, 0),
        limit(Resource::As, MEMORY_MAX),
        limit(Resource::Cpu, seconds),
        limit(Resource::Nofile, 0),
    ];
    calls();
    limits.into_iter().all(|done| done)
}

/// The system calls of a program that reads what is open, computes, and writes what is open; all others answer that they are
/// not permitted.
fn calls() -> Option<()> {
    let arch = TargetArch::try_from(std::env::consts::ARCH).ok()?;
    let rules: BTreeMap<i64, Vec<seccompiler::SeccompRule>> =
        COMPUTING.iter().map(|call| (*call, Vec::new())).collect();
    let refused = SeccompAction::Errno(1);
    let filter = SeccompFilter::new(rules, refused, SeccompAction::Allow, arch).ok()?;
    let program: BpfProgram = filter.try_into().ok()?;
    seccompiler::apply_filter(&program).ok()
}
