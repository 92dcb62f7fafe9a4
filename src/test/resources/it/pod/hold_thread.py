"""Stops one thread of another process, by its name, until the input ends; see PTRACE_SEIZE in ptrace(2).

Says "held" and "released". Exit code 77: this user may not do that here.
"""
import ctypes
import os
import sys

SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17
WALL = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]

pid, name = sys.argv[1:]
(thread,) = [
    int(task)
    for task in os.listdir(f"/proc/{pid}/task")
    if open(f"/proc/{pid}/task/{task}/comm").read().strip() == name
]
if libc.ptrace(SEIZE, thread, None, None) != 0:
    print(f"cannot hold the thread: {os.strerror(ctypes.get_errno())}")
    sys.exit(77)
libc.ptrace(INTERRUPT, thread, None, None)
os.waitpid(thread, WALL)
print("held", flush=True)
sys.stdin.read()
libc.ptrace(DETACH, thread, None, None)
print("released", flush=True)
