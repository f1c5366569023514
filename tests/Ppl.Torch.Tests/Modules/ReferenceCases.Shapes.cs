using TorchSharp.Modules;
using static Ppl.Torch.Tests.Modules.ReferenceCase;
using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Modules;

internal static partial class ReferenceCases
{
    private static IEnumerable<ReferenceCase> Shapes() =>
    [
        Of("Flatten", () => Flatten(), [2, 3, 2]),
        Of("Unflatten", () => Unflatten(1, [2, 3]), [2, 6, 2]),
        Of("PixelShuffle", () => PixelShuffle(2), [1, 8, 2, 3]),
        Of("PixelUnshuffle", () => PixelUnshuffle(2), [1, 2, 4, 6]),
        Of("Unfold", () => Unfold((2, 3), padding: (1, 1), stride: (2, 2)), [1, 2, 4, 5]),
        Of("Fold", () => Fold((4, 5), (2, 2)), [1, 8, 12]),
        Of("Upsample nearest", () => Upsample([5]), [1, 2, 3]),
        Of("Upsample bilinear", () => Upsample(scale_factor: [2, 1.5], mode: UpsampleMode.Bilinear), [1, 2, 3, 4]),
        Of("Upsample aligned", () => Upsample([5, 7], mode: UpsampleMode.Bicubic, align_corners: true), [1, 2, 3, 4]),
        Function("interpolate area", x => functional.interpolate(x[0], [2, 3], mode: InterpolationMode.Area), [1, 2, 5, 6]),
        Function("pad constant", x => functional.pad(x[0], (1, 2)), [2, 2, 4]),
        Function("pad reflect", x => functional.pad(x[0], (1, 2), PaddingModes.Reflect), [2, 2, 4]),
        Function("pad replicate", x => functional.pad(x[0], (1, 2), PaddingModes.Replicate), [2, 2, 4]),
        Function("pad circular", x => functional.pad(x[0], (1, 2), PaddingModes.Circular), [2, 2, 4]),
        Of("ConstantPad2d", () => ConstantPad2d((1, 2, 0, 1), 3.5), [1, 2, 3, 3]),
        Of("ReflectionPad2d", () => ReflectionPad2d(1), [1, 2, 3, 3]),
        Function("normalize", x => functional.normalize(x[0], 3, 1), [3, 4, 2]),
        Function("cosine_similarity", x => functional.cosine_similarity(x[0], x[1]), [3, 4], [3, 4]),
        Function("pairwise_distance", x => functional.pairwise_distance(x[0], x[1], 3), [3, 4], [3, 4]),
    ];

    private static IEnumerable<ReferenceCase> Activations()
    {
        Dictionary<string, Func<Module>> modules = new()
        {
            ["ReLU"] = () => ReLU(),
            ["ReLU6"] = () => ReLU6(),
            ["LeakyReLU"] = () => LeakyReLU(0.2),
            ["ELU"] = () => ELU(0.7),
            ["SELU"] = () => SELU(),
            ["CELU"] = () => CELU(1.4),
            ["Threshold"] = () => Threshold(0.1, -3),
            ["Hardtanh"] = () => Hardtanh(-0.4, 0.6),
            ["Hardsigmoid"] = () => Hardsigmoid(),
            ["Hardswish"] = () => Hardswish(),
            ["Hardshrink"] = () => Hardshrink(0.3),
            ["Softshrink"] = () => Softshrink(0.3),
            ["GELU"] = () => GELU(),
            ["GELU tanh"] = () => GELU(TorchSharp.Modules.GELU.Approximate.tanh),
            ["SiLU"] = () => SiLU(),
            ["Mish"] = () => Mish(),
            ["Sigmoid"] = () => Sigmoid(),
            ["LogSigmoid"] = () => LogSigmoid(),
            ["Tanh"] = () => Tanh(),
            ["Tanhshrink"] = () => Tanhshrink(),
            ["Softplus"] = () => Softplus(2, 1.5),
            ["Softsign"] = () => Softsign(),
            ["Softmax"] = () => Softmax(1),
            ["Softmin"] = () => Softmin(0),
            ["LogSoftmax"] = () => LogSoftmax(-1),
            ["GLU"] = () => GLU(),
            ["RReLU"] = () => RReLU(),
            ["PReLU"] = () => PReLU(4),
            ["Identity"] = () => Identity(),
            ["Dropout"] = () => Dropout(),
            ["Dropout2d"] = () => Dropout2d(),
            ["AlphaDropout"] = () => AlphaDropout(),
        };
        return [.. modules.Select(m => Of(m.Key, m.Value, [3, 4]) with { Train = false }), Of("Softmax2d", () => Softmax2d(),
            [1, 3, 2, 2])];
    }

    private static IEnumerable<ReferenceCase> Losses() => [.. Reductions(), .. OtherLosses()];

    private static IEnumerable<ReferenceCase> Reductions()
    {
        static Tensor Target(Module m, Tensor[] x) => ((Module<Tensor, Tensor, Tensor>)m).call(x[0], x[1].detach());
        Dictionary<string, Func<Reduction, Module>> losses = new()
        {
            ["MSELoss"] = r => MSELoss(r),
            ["L1Loss"] = r => L1Loss(r),
            ["SmoothL1Loss"] = r => SmoothL1Loss(r, 0.5),
            ["HuberLoss"] = r => HuberLoss(0.4, r),
            ["SoftMarginLoss"] = r => SoftMarginLoss(r),
            ["BCEWithLogitsLoss"] = r => BCEWithLogitsLoss(null, r),
            ["KLDivLoss"] = r => KLDivLoss(true, r),
            ["PoissonNLLLoss"] = r => PoissonNLLLoss(reduction: r),
        };
        foreach (var reduction in new[] { Reduction.None, Reduction.Mean, Reduction.Sum })
        {
            foreach (var (name, make) in losses)
                yield return Of($"{name} {reduction.ToString().ToLowerInvariant()}", () => make(reduction), Target, [3, 4], [3, 4]);
        }
    }

    private static IEnumerable<ReferenceCase> OtherLosses()
    {
        static Tensor Weight() => References.Fill([4], 3).abs() + 0.5;
        static Tensor Positive() => References.Fill([4], 5).abs() + 0.5;
        static Tensor Classes() => torch.tensor(new long[] { 2, 0, 3 });
        static Tensor Signs() => torch.tensor(new[] { 1.0, -1.0, 1.0 });
        static Tensor Two(Module m, Tensor x, Tensor y) => ((Module<Tensor, Tensor, Tensor>)m).call(x, y);
        static Tensor Class(Module m, Tensor[] x) => Two(m, x[0], Classes());
        static Tensor Pair(Module m, Tensor[] x) => ((Module<Tensor, Tensor, Tensor, Tensor>)m).call(x[0], x[1], Signs());
        static Tensor Ctc(Module m, Tensor[] x) => ((CTCLoss)m).call(
            functional.log_softmax(x[0], 2), torch.tensor(new long[] { 1, 2, 3, 1 }).reshape(2, 2),
                torch.tensor(new long[] { 6, 5 }), torch.tensor(new long[] { 2, 1 }));
        return
        [
            Of("BCEWithLogitsLoss weighted", () => BCEWithLogitsLoss(Weight(), pos_weights: Positive()),
                (m, x) => Two(m, x[0], x[1].detach()), [3, 4], [3, 4]),
            Of("BCELoss", () => BCELoss(Weight()), (m, x) => Two(m, x[0], x[1].detach()), [3, 4], [3, 4]) with { Positive = true },
            Of("GaussianNLLLoss", () => GaussianNLLLoss(full: true, eps: 1e-6f), [3, 4], [3, 4], [3, 4]) with { Positive = true },
            Of("CrossEntropyLoss", () => CrossEntropyLoss(), Class, [3, 4]),
            Of("CrossEntropyLoss smoothed", () => new CrossEntropyLoss(Weight(), 0, Reduction.Sum, 0.1), Class, [3, 4]),
            Of("NLLLoss", () => NLLLoss(Weight()), Class, [3, 4]),
            Of("MultiMarginLoss", () => MultiMarginLoss(2, 0.7, Weight()), Class, [3, 4]),
            Of("MultiLabelMarginLoss", () => MultiLabelMarginLoss(),
                (m, x) => Two(m, x[0], torch.tensor(new long[] { 3, 0, -1, 1 }).reshape(1, 4)), [1, 4]),
            Of("MultiLabelSoftMarginLoss", () => MultiLabelSoftMarginLoss(Weight()), [3, 4], [3, 4]),
            Of("CosineEmbeddingLoss", () => CosineEmbeddingLoss(0.2), Pair, [3, 4], [3, 4]),
            Of("HingeEmbeddingLoss", () => HingeEmbeddingLoss(0.8), (m, x) => Two(m, x[0], Signs()), [3]),
            Of("MarginRankingLoss", () => MarginRankingLoss(0.3), Pair, [3], [3]),
            Of("TripletMarginLoss", () => TripletMarginLoss(0.7, swap: true), [3, 4], [3, 4], [3, 4]),
            Of("TripletMarginWithDistanceLoss", () => TripletMarginWithDistanceLoss(swap: true), [3, 4], [3, 4], [3, 4]),
            Of("CTCLoss", () => CTCLoss(), Ctc, [6, 2, 4]),
        ];
    }
}
