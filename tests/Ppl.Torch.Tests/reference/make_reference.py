"""Writes modules.json and optimizers.json: what PyTorch computes for the cases of Modules/ReferenceTests.cs and Optim/ReferenceTests.cs.

    python3 make_reference.py          (made with PyTorch 1.13; float64 throughout)

Weights and inputs follow formulas that the tests repeat, so that no numbers but results are stored.
"""
import json
import math
import os

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
HERE = os.path.dirname(os.path.abspath(__file__))


def fill(shape, k, scale=0.5):
    n = math.prod(shape)
    return torch.tensor([scale * math.sin(0.7 * i + 1.3 * k + 0.5) for i in range(n)]).reshape(shape)


def tensor_json(t):
    return {"shape": list(t.shape), "data": [float(f"{v:.12g}") for v in t.detach().double().reshape(-1).tolist()]}


def set_weights(module):
    with torch.no_grad():
        for k, (_, p) in enumerate(sorted(module.named_parameters())):
            p.copy_(fill(p.shape, k))


def flat(result):
    if isinstance(result, torch.Tensor):
        return [result]
    out = []
    for r in result:
        out += flat(r) if r is not None else []
    return out


def run(call, inputs, module=None):
    """Outputs, gradients of sum(output * weights) for the inputs and parameters, and the buffers afterwards."""
    outputs = flat(call(*inputs))
    real = [o for o in outputs if o.requires_grad]
    if real:
        sum((o * fill(o.shape, 10 + j, 1.0)).sum() for j, o in enumerate(real)).backward()
    case = {"outputs": [tensor_json(o) for o in outputs]}
    case["inputs"] = [tensor_json(x.grad) if x.grad is not None else None for x in inputs]
    if module is not None:
        case["parameters"] = {n: tensor_json(p.grad) for n, p in module.named_parameters() if p.grad is not None}
        # A loss's weight is a buffer in PyTorch, and the caller's tensor in TorchSharp.
        case["buffers"] = {n: tensor_json(b) for n, b in module.named_buffers() if not isinstance(module, nn.modules.loss._Loss)}
    return case


def inputs_of(shapes, positive=False):
    xs = [fill(s, 20 + j, 1.0) for j, s in enumerate(shapes)]
    if positive:
        xs = [x.abs() * 0.8 + 0.1 for x in xs]
    return [x.requires_grad_() for x in xs]


CASES = {}


def module_case(name, module, *shapes, train=True, call=None, positive=False, inputs=None):
    set_weights(module)
    module.train(train)
    xs = inputs if inputs is not None else inputs_of(shapes, positive)
    CASES[name] = run(call(module) if call else module, xs, module)


def function_case(name, function, *shapes, positive=False, inputs=None):
    CASES[name] = run(function, inputs if inputs is not None else inputs_of(shapes, positive))


def layers():
    module_case("Linear", nn.Linear(3, 4), (5, 3))
    module_case("Linear without bias", nn.Linear(3, 4, bias=False), (2, 5, 3))
    module_case("Bilinear", nn.Bilinear(3, 4, 2), (5, 3), (5, 4))
    module_case("Conv1d", nn.Conv1d(2, 3, 3, stride=2, padding=1, dilation=2), (2, 2, 9))
    module_case("Conv1d same", nn.Conv1d(2, 3, 4, padding="same"), (2, 2, 7))
    module_case("Conv1d circular", nn.Conv1d(2, 3, 3, padding=2, padding_mode="circular"), (2, 2, 7))
    module_case("Conv2d", nn.Conv2d(2, 3, 3), (2, 2, 5, 6))
    module_case("Conv2d groups", nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2, bias=False), (2, 4, 6, 5))
    module_case("Conv2d reflect", nn.Conv2d(2, 3, 3, padding=(1, 2), padding_mode="reflect"), (1, 2, 4, 5))
    module_case("Conv2d same replicate", nn.Conv2d(2, 3, (2, 3), padding="same", padding_mode="replicate"), (1, 2, 4, 5))
    module_case("Conv3d", nn.Conv3d(1, 2, 2, padding=1), (1, 1, 3, 3, 2))
    module_case("ConvTranspose1d", nn.ConvTranspose1d(2, 3, 3, stride=2, padding=1, output_padding=1), (2, 2, 4))
    module_case("ConvTranspose2d", nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1, groups=2), (2, 4, 3, 4))
    module_case("ConvTranspose2d output size", nn.ConvTranspose2d(2, 3, 3, stride=3), (1, 2, 2, 2),
                call=lambda m: lambda x: m(x, output_size=[7, 8]))
    module_case("ConvTranspose3d", nn.ConvTranspose3d(1, 2, 2, stride=2), (1, 1, 2, 2, 2))


def pools():
    module_case("MaxPool1d", nn.MaxPool1d(3, stride=2, padding=1), (2, 3, 8))
    module_case("MaxPool2d", nn.MaxPool2d(2), (2, 2, 5, 6))
    module_case("MaxPool2d pairs", nn.MaxPool2d((3, 2), (2, 1), (1, 0), (1, 2), ceil_mode=True), (1, 2, 6, 7))
    module_case("MaxPool3d", nn.MaxPool3d(2), (1, 2, 4, 4, 2))
    module_case("AvgPool1d", nn.AvgPool1d(3, 2, 1, count_include_pad=False), (2, 3, 8))
    module_case("AvgPool2d", nn.AvgPool2d(3, 2, 1, ceil_mode=True, divisor_override=5), (2, 2, 6, 6))
    module_case("AvgPool3d", nn.AvgPool3d(2), (1, 2, 4, 4, 2))
    module_case("AdaptiveAvgPool1d", nn.AdaptiveAvgPool1d(3), (2, 2, 7))
    module_case("AdaptiveAvgPool2d", nn.AdaptiveAvgPool2d((3, 2)), (2, 2, 7, 5))
    module_case("AdaptiveMaxPool2d", nn.AdaptiveMaxPool2d((3, 2)), (2, 2, 7, 5))
    for d, shape in ((1, (1, 2, 7)), (2, (1, 2, 5, 6)), (3, (1, 2, 4, 4, 2))):
        pool, unpool = (getattr(nn, f"Max{kind}{d}d") for kind in ("Pool", "Unpool"))
        function_case(f"MaxUnpool{d}d", lambda x: unpool(2)(*pool(2, return_indices=True)(x), output_size=x.shape), shape)
    module_case("LPPool1d", nn.LPPool1d(2, 3, 2), (2, 2, 7), positive=True)
    module_case("LPPool2d", nn.LPPool2d(3, (2, 3)), (1, 2, 4, 6), positive=True)


def norms():
    module_case("BatchNorm1d train", nn.BatchNorm1d(3), (6, 3))
    module_case("BatchNorm1d sequences", nn.BatchNorm1d(3, momentum=0.3, eps=1e-3), (4, 3, 5))
    module_case("BatchNorm1d eval", nn.BatchNorm1d(3), (6, 3), train=False)
    module_case("BatchNorm2d train", nn.BatchNorm2d(2), (3, 2, 4, 3))
    module_case("BatchNorm2d without statistics", nn.BatchNorm2d(2, affine=False, track_running_stats=False), (3, 2, 4, 3), train=False)
    module_case("LayerNorm", nn.LayerNorm([4, 3]), (2, 4, 3))
    module_case("LayerNorm plain", nn.LayerNorm(3, elementwise_affine=False), (2, 4, 3))
    module_case("GroupNorm", nn.GroupNorm(2, 4), (3, 4, 5))
    module_case("InstanceNorm1d", nn.InstanceNorm1d(2), (3, 2, 5))
    module_case("InstanceNorm2d", nn.InstanceNorm2d(2, affine=True, track_running_stats=True), (3, 2, 4, 3))
    module_case("LocalResponseNorm", nn.LocalResponseNorm(3, 0.1, 0.6, 2), (2, 5, 3, 2))


def recurrent():
    module_case("RNN", nn.RNN(3, 4), (5, 2, 3))
    module_case("RNN relu", nn.RNN(3, 4, num_layers=2, nonlinearity="relu", bias=False), (5, 2, 3), (2, 2, 4))
    module_case("GRU", nn.GRU(3, 4, num_layers=2, bidirectional=True), (5, 2, 3), (4, 2, 4))
    module_case("GRU batch first", nn.GRU(3, 4, batch_first=True), (2, 5, 3))
    module_case("LSTM", nn.LSTM(3, 4), (5, 2, 3))
    module_case("LSTM deep", nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True), (2, 5, 3), (4, 2, 4), (4, 2, 4),
                call=lambda m: lambda x, h, c: m(x, (h, c)))
    module_case("RNNCell", nn.RNNCell(3, 4), (2, 3), (2, 4))
    module_case("RNNCell relu", nn.RNNCell(3, 4, nonlinearity="relu", bias=False), (2, 3))
    module_case("GRUCell", nn.GRUCell(3, 4), (2, 3), (2, 4))
    module_case("LSTMCell", nn.LSTMCell(3, 4), (2, 3), (2, 4), (2, 4), call=lambda m: lambda x, h, c: m(x, (h, c)))
    lengths = torch.tensor([2, 5, 3])

    def packed(m):
        def call(x):
            p = nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
            out, (h, c) = m(p)
            padded, _ = nn.utils.rnn.pad_packed_sequence(out)
            return padded, h, c
        return call
    module_case("LSTM packed", nn.LSTM(3, 4, bidirectional=True), (5, 3, 3), call=packed)


def attention():
    def mha(m):
        return lambda q, k, v: m(q, k, v)
    module_case("MultiheadAttention", nn.MultiheadAttention(4, 2), (3, 2, 4), (5, 2, 4), (5, 2, 4), call=mha)
    module_case("MultiheadAttention sizes", nn.MultiheadAttention(4, 2, kdim=3, vdim=5, add_bias_kv=True, add_zero_attn=True),
                (3, 2, 4), (5, 2, 3), (5, 2, 5), call=mha)
    causal = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1)
    padding = torch.zeros(2, 5, dtype=torch.bool)
    padding[1, 3:] = True
    module_case("MultiheadAttention masks", nn.MultiheadAttention(4, 2, bias=False), (5, 2, 4),
                call=lambda m: lambda x: m(x, x, x, key_padding_mask=padding, attn_mask=causal))
    module_case("TransformerEncoderLayer", nn.TransformerEncoderLayer(4, 2, 6, activation="gelu"), (5, 2, 4), train=False,
                call=lambda m: lambda x: m(x, src_mask=causal, src_key_padding_mask=padding))
    module_case("Transformer", nn.Transformer(4, 2, 2, 1, 6), (3, 2, 4), (5, 2, 4), train=False,
                call=lambda m: lambda x, y: m(x, y, tgt_mask=causal))
    function_case("scaled_dot_product_attention",
                  lambda q, k, v: torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(3), -1) @ v, (2, 4, 3), (2, 5, 3), (2, 5, 2))


def tables():
    rows = torch.tensor([[0, 3, 1], [4, 3, 3]])
    module_case("Embedding", nn.Embedding(5, 2, padding_idx=3), inputs=[rows])
    module_case("Embedding scaled", nn.Embedding(5, 2, max_norm=0.5, norm_type=1, scale_grad_by_freq=True), inputs=[rows])
    for mode in ("sum", "mean", "max"):
        module_case("EmbeddingBag " + mode, nn.EmbeddingBag(5, 2, mode=mode), inputs=[rows])
    offsets = torch.tensor([0, 2])
    module_case("EmbeddingBag offsets", nn.EmbeddingBag(5, 2, mode="sum"), inputs=[rows.reshape(-1)],
                call=lambda m: lambda x: m(x, offsets, torch.arange(1, 7).double()))
    function_case("one_hot", lambda x: F.one_hot(x, 6), inputs=[rows])


def shapes():
    module_case("Flatten", nn.Flatten(), (2, 3, 2))
    module_case("Unflatten", nn.Unflatten(1, (2, 3)), (2, 6, 2))
    module_case("PixelShuffle", nn.PixelShuffle(2), (1, 8, 2, 3))
    module_case("PixelUnshuffle", nn.PixelUnshuffle(2), (1, 2, 4, 6))
    module_case("Unfold", nn.Unfold((2, 3), padding=1, stride=2), (1, 2, 4, 5))
    module_case("Fold", nn.Fold((4, 5), (2, 2)), (1, 8, 12))
    module_case("Upsample nearest", nn.Upsample(size=[5]), (1, 2, 3))
    module_case("Upsample bilinear", nn.Upsample(scale_factor=(2, 1.5), mode="bilinear"), (1, 2, 3, 4))
    module_case("Upsample aligned", nn.Upsample(size=[5, 7], mode="bicubic", align_corners=True), (1, 2, 3, 4))
    function_case("interpolate area", lambda x: F.interpolate(x, size=[2, 3], mode="area"), (1, 2, 5, 6))
    for mode in ("constant", "reflect", "replicate", "circular"):
        function_case("pad " + mode, lambda x: F.pad(x, (1, 2), mode=mode), (2, 2, 4))
    module_case("ConstantPad2d", nn.ConstantPad2d((1, 2, 0, 1), 3.5), (1, 2, 3, 3))
    module_case("ReflectionPad2d", nn.ReflectionPad2d(1), (1, 2, 3, 3))
    function_case("normalize", lambda x: F.normalize(x, p=3, dim=1), (3, 4, 2))
    function_case("cosine_similarity", F.cosine_similarity, (3, 4), (3, 4))
    function_case("pairwise_distance", lambda x, y: F.pairwise_distance(x, y, p=3), (3, 4), (3, 4))


def activations():
    simple = {
        "ReLU": nn.ReLU(), "ReLU6": nn.ReLU6(), "LeakyReLU": nn.LeakyReLU(0.2), "ELU": nn.ELU(0.7), "SELU": nn.SELU(), "CELU": nn.CELU(1.4),
        "Threshold": nn.Threshold(0.1, -3), "Hardtanh": nn.Hardtanh(-0.4, 0.6), "Hardsigmoid": nn.Hardsigmoid(), "Hardswish": nn.Hardswish(),
        "Hardshrink": nn.Hardshrink(0.3), "Softshrink": nn.Softshrink(0.3), "GELU": nn.GELU(), "GELU tanh": nn.GELU(approximate="tanh"),
        "SiLU": nn.SiLU(), "Mish": nn.Mish(), "Sigmoid": nn.Sigmoid(), "LogSigmoid": nn.LogSigmoid(), "Tanh": nn.Tanh(),
        "Tanhshrink": nn.Tanhshrink(), "Softplus": nn.Softplus(2, 1.5), "Softsign": nn.Softsign(), "Softmax": nn.Softmax(1),
        "Softmin": nn.Softmin(0), "LogSoftmax": nn.LogSoftmax(-1), "GLU": nn.GLU(), "RReLU": nn.RReLU(), "PReLU": nn.PReLU(4), "Identity": nn.Identity(),
        "Dropout": nn.Dropout(), "Dropout2d": nn.Dropout2d(), "AlphaDropout": nn.AlphaDropout(),
    }
    for name, module in simple.items():
        module_case(name, module, (3, 4), train=False)
    module_case("Softmax2d", nn.Softmax2d(), (1, 3, 2, 2))


def losses():
    for reduction in ("none", "mean", "sum"):
        for name, loss in {
            "MSELoss": nn.MSELoss(reduction=reduction), "L1Loss": nn.L1Loss(reduction=reduction),
            "SmoothL1Loss": nn.SmoothL1Loss(reduction=reduction, beta=0.5), "HuberLoss": nn.HuberLoss(reduction=reduction, delta=0.4),
            "SoftMarginLoss": nn.SoftMarginLoss(reduction=reduction), "BCEWithLogitsLoss": nn.BCEWithLogitsLoss(reduction=reduction),
            "KLDivLoss": nn.KLDivLoss(reduction=reduction, log_target=True), "PoissonNLLLoss": nn.PoissonNLLLoss(reduction=reduction, full=False),
        }.items():
            module_case(f"{name} {reduction}", loss, (3, 4), (3, 4), call=lambda m: lambda x, y: m(x, y.detach()))
    weight, positive = fill((4,), 3).abs() + 0.5, fill((4,), 5).abs() + 0.5
    module_case("BCEWithLogitsLoss weighted", nn.BCEWithLogitsLoss(weight=weight, pos_weight=positive), (3, 4), (3, 4),
                call=lambda m: lambda x, y: m(x, y.detach()))
    module_case("BCELoss", nn.BCELoss(weight=weight), (3, 4), (3, 4), positive=True,
                call=lambda m: lambda x, y: m(x, y.detach()))
    module_case("GaussianNLLLoss", nn.GaussianNLLLoss(full=True), (3, 4), (3, 4), (3, 4), positive=True)
    classes = torch.tensor([2, 0, 3])
    module_case("CrossEntropyLoss", nn.CrossEntropyLoss(), (3, 4), call=lambda m: lambda x: m(x, classes))
    module_case("CrossEntropyLoss smoothed", nn.CrossEntropyLoss(weight=weight, ignore_index=0, label_smoothing=0.1, reduction="sum"), (3, 4),
                call=lambda m: lambda x: m(x, classes))
    module_case("NLLLoss", nn.NLLLoss(weight=weight), (3, 4), call=lambda m: lambda x: m(x, classes))
    module_case("MultiMarginLoss", nn.MultiMarginLoss(p=2, margin=0.7, weight=weight), (3, 4), call=lambda m: lambda x: m(x, classes))
    module_case("MultiLabelMarginLoss", nn.MultiLabelMarginLoss(), (1, 4), call=lambda m: lambda x: m(x, torch.tensor([[3, 0, -1, 1]])))
    module_case("MultiLabelSoftMarginLoss", nn.MultiLabelSoftMarginLoss(weight=weight), (3, 4), (3, 4))
    signs = torch.tensor([1.0, -1.0, 1.0])
    module_case("CosineEmbeddingLoss", nn.CosineEmbeddingLoss(0.2), (3, 4), (3, 4), call=lambda m: lambda x, y: m(x, y, signs))
    module_case("HingeEmbeddingLoss", nn.HingeEmbeddingLoss(0.8), (3,), call=lambda m: lambda x: m(x, signs))
    module_case("MarginRankingLoss", nn.MarginRankingLoss(0.3), (3,), (3,), call=lambda m: lambda x, y: m(x, y, signs))
    module_case("TripletMarginLoss", nn.TripletMarginLoss(0.7, swap=True), (3, 4), (3, 4), (3, 4))
    module_case("TripletMarginWithDistanceLoss", nn.TripletMarginWithDistanceLoss(swap=True), (3, 4), (3, 4), (3, 4))
    module_case("CTCLoss", nn.CTCLoss(), (6, 2, 4),
                call=lambda m: lambda x: m(F.log_softmax(x, 2), torch.tensor([[1, 2], [3, 1]]), torch.tensor([6, 5]), torch.tensor([2, 1])))


class NAdam(torch.optim.Optimizer):
    """PyTorch 1.13 counts the momentum of the step twice in the product that follows it; later versions, and this one, count it once."""

    def __init__(self, params, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, decay=4e-3):
        super().__init__(params, {})
        self.s = (lr, beta1, beta2, eps, weight_decay, decay)
        self.t, self.product = 0, 1.0

    @torch.no_grad()
    def step(self):
        lr, beta1, beta2, eps, weight_decay, decay = self.s
        self.t += 1
        mu, after = (beta1 * (1 - 0.5 * 0.96 ** (t * decay)) for t in (self.t, self.t + 1))
        self.product *= mu
        for p in self.param_groups[0]["params"]:
            state = self.state[p]
            g = p.grad + weight_decay * p
            state["m"] = beta1 * state.get("m", 0) + (1 - beta1) * g
            state["v"] = beta2 * state.get("v", 0) + (1 - beta2) * g * g
            spread = (state["v"] / (1 - beta2 ** self.t)).sqrt() + eps
            p -= lr * ((1 - mu) / (1 - self.product) * g + after / (1 - self.product * after) * state["m"]) / spread


def optimizers():
    makers = {
        "SGD": lambda p: torch.optim.SGD(p, 0.05), "SGD momentum": lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, dampening=0.2, weight_decay=0.1),
        "SGD nesterov": lambda p: torch.optim.SGD(p, 0.05, momentum=0.8, nesterov=True, maximize=False),
        "SGD maximize": lambda p: torch.optim.SGD(p, 0.001, maximize=True),
        "Adam": lambda p: torch.optim.Adam(p, 0.05), "Adam decay": lambda p: torch.optim.Adam(p, 0.05, (0.8, 0.95), 1e-4, 0.1),
        "Adam amsgrad": lambda p: torch.optim.Adam(p, 0.05, amsgrad=True), "Adam maximize": lambda p: torch.optim.Adam(p, 0.01, maximize=True),
        "AdamW": lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0.2), "AdamW amsgrad": lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0, amsgrad=True),
        "Adagrad": lambda p: torch.optim.Adagrad(p, 0.1, lr_decay=0.05, weight_decay=0.02, initial_accumulator_value=0.3),
        "RMSProp": lambda p: torch.optim.RMSprop(p, 0.02), "RMSProp momentum": lambda p: torch.optim.RMSprop(p, 0.02, 0.9, 1e-6, 0.1, 0.7, True),
        "Adadelta": lambda p: torch.optim.Adadelta(p, 0.7, rho=0.8, weight_decay=0.1), "Adamax": lambda p: torch.optim.Adamax(p, 0.03, weight_decay=0.1),
        "NAdam": lambda p: NAdam(p, 0.03, weight_decay=0.1), "RAdam": lambda p: torch.optim.RAdam(p, 0.03, weight_decay=0.1),
        "Rprop": lambda p: torch.optim.Rprop(p, 0.02, (0.4, 1.3), (1e-4, 0.3)),
        "ASGD": lambda p: torch.optim.ASGD(p, 0.05, 1e-2, 0.6, 5, 0.1),
        "LBFGS": lambda p: torch.optim.LBFGS(p, 0.5, max_iter=4, tolerance_grad=1e-7, history_size=3),
    }
    result = {}
    for name, make in makers.items():
        a, b = fill((3, 2), 1).requires_grad_(), fill((4,), 2, 1.5).requires_grad_()
        optimizer = make([a, b])

        def closure():
            optimizer.zero_grad()
            loss = ((a - fill((3, 2), 7)) ** 2 * fill((3, 2), 8).abs()).sum() + ((b ** 2 - 1) ** 2).sum() / 4 + a.sum() * b.sum() * 0.05
            loss.backward()
            return loss
        steps = {}
        for step in range(1, 21):
            loss = closure() if name != "LBFGS" else None
            loss = optimizer.step(closure) if name == "LBFGS" else (optimizer.step(), loss)[1]
            if step in (1, 5, 20):
                steps[step] = {"loss": loss.item(), "a": tensor_json(a), "b": tensor_json(b)}
        result[name] = steps
    return result


def schedulers():
    lr = torch.optim.lr_scheduler
    makers = {
        "LambdaLR": lambda o: lr.LambdaLR(o, lambda e: 0.9 ** e), "MultiplicativeLR": lambda o: lr.MultiplicativeLR(o, lambda e: 1 - 0.1 / e),
        "StepLR": lambda o: lr.StepLR(o, 4, 0.5), "MultiStepLR": lambda o: lr.MultiStepLR(o, [3, 7, 7, 12], 0.3),
        "ExponentialLR": lambda o: lr.ExponentialLR(o, 0.9), "ConstantLR": lambda o: lr.ConstantLR(o, 0.25, 6),
        "LinearLR": lambda o: lr.LinearLR(o, 0.2, 0.8, 7), "PolynomialLR": lambda o: lr.PolynomialLR(o, 8, 2.0),
        "CosineAnnealingLR": lambda o: lr.CosineAnnealingLR(o, 7, 0.001),
        "CyclicLR": lambda o: lr.CyclicLR(o, 0.01, 0.2, 4, 3, base_momentum=0.7, max_momentum=0.95),
        "CyclicLR triangular2": lambda o: lr.CyclicLR(o, 0.01, 0.2, 4, mode="triangular2"),
        "CyclicLR exp_range": lambda o: lr.CyclicLR(o, 0.01, 0.2, 4, mode="exp_range", gamma=0.9),
        "OneCycleLR": lambda o: lr.OneCycleLR(o, 0.3, total_steps=26), "OneCycleLR phases": lambda o: lr.OneCycleLR(
            o, 0.3, epochs=13, steps_per_epoch=2, anneal_strategy="linear", three_phase=True, div_factor=10),
        "ReduceLROnPlateau": lambda o: lr.ReduceLROnPlateau(o, factor=0.5, patience=2, cooldown=1, min_lr=0.004),
        "SequentialLR": lambda o: lr.SequentialLR(o, [lr.ConstantLR(o, 0.1, 2), lr.ExponentialLR(o, 0.9), lr.StepLR(o, 3)], [4, 12]),
        "ChainedLR": lambda o: lr.ChainedScheduler([lr.ConstantLR(o, 0.1, 5), lr.ExponentialLR(o, 0.9)]),
    }
    result = {}
    for name, make in makers.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1, momentum=0.9)
        scheduler = make(optimizer)
        rates, momenta = [optimizer.param_groups[0]["lr"]], [optimizer.param_groups[0]["momentum"]]
        for step in range(25):
            optimizer.step()
            if name == "ReduceLROnPlateau":
                scheduler.step(abs(math.sin(step)) + 1 / (step + 1))
            else:
                scheduler.step()
            rates.append(optimizer.param_groups[0]["lr"])
            momenta.append(optimizer.param_groups[0]["momentum"])
        result[name] = {"rates": rates, "momenta": momenta}
    return result


def write(name, value):
    with open(os.path.join(HERE, name), "w") as file:
        json.dump(value, file, indent=None, separators=(",", ":"))
        file.write("\n")


for part in (layers, pools, norms, recurrent, attention, tables, shapes, activations, losses):
    part()
write("modules.json", CASES)
write("optimizers.json", {"optimizers": optimizers(), "schedulers": schedulers()})
