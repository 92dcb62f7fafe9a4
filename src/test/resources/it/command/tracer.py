"""A debugger that hangs: holds a process, so that its end is kept from its parent; see ptrace(2). Says "holds PID"."""

import ctypes
import signal
import sys

PTRACE_SEIZE = 0x4206

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
if libc.ptrace(PTRACE_SEIZE, int(sys.argv[1]), None, None) != 0:
    print("cannot trace: errno %d" % ctypes.get_errno(), flush=True)
    sys.exit(1)
print("holds " + sys.argv[1], flush=True)
while True:
    signal.pause()
