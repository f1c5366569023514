"""PyTorch's side of the bench of distributions: reads one job a line from standard input, times it, and writes one call's seconds
of processor time.

A job is JSON: the text that makes a distribution of the tensors in `p`, the parameters' values, whether they need gradients, a value, what is
timed, and how often. It runs on the libtorch that the system's PyTorch has, with one thread.
"""

import json
import sys
import time

import torch

torch.set_num_threads(1)
D = torch.distributions


def job(spec):
    p = {name: torch.tensor(values, dtype=torch.float32).reshape(shape) for name, (shape, values) in spec["parameters"].items()}
    for name, tensor in p.items():
        if name not in spec["fixed"]:
            tensor.requires_grad_()
    leaves = [t for t in p.values() if t.requires_grad]
    make = eval("lambda p: " + spec["make"], {"D": D, "torch": torch})
    shape, values = spec["value"]
    value = torch.tensor(values, dtype=torch.float32).reshape(shape)

    def density():
        torch.autograd.grad(make(p).log_prob(value).sum(), leaves)

    def draw():
        d = make(p)
        if d.has_rsample:
            torch.autograd.grad(d.rsample().sum(), leaves, allow_unused=True)
        else:
            d.sample()

    D.Distribution.set_default_validate_args(False)
    return {"density": density, "draw": draw}[spec["what"]]


jobs = {}
for line in sys.stdin:
    spec = json.loads(line)
    if "make" in spec:
        try:
            jobs[spec["key"]] = job(spec)
            jobs[spec["key"]]()
            print("ok", flush=True)
        except Exception as fault:
            print(f"failed: {fault}".replace("\n", " "), flush=True)
        continue
    run = jobs[spec["key"]]
    start = time.process_time()
    for _ in range(spec["calls"]):
        run()
    print((time.process_time() - start) / spec["calls"], flush=True)
