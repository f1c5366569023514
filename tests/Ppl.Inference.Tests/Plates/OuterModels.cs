using Ppl.Contracts;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Plates;

/// <summary>No plate: w ~ N(0, 1) for two numbers; y ~ N(X w, 0.5²) as one event.</summary>
internal sealed class Regression : HandModel
{
    private static readonly SiteInfo W = Describe.Latent("w", [], [], 10, "Normal(0, 1).Expand(2)", closedForm: true);
    private static readonly SiteInfo Y = Describe.Observed("y", [], [], 11, "Normal(features.matmul(w), 0.5)", "w");

    public override ModelPlan Plan { get; init; } = new()
    {
        Model = nameof(Regression),
        Method = "Generate",
        Plates = [],
        Sites = [W, Y],
        Inputs = [new("y", true, []), new("features", false, [])],
    };

    public override IReadOnlyList<FactorPlan> Factors { get; } = [new("w", 0, [2])];

    public override void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0], inputs[1]);

    public override void Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var w = pass.Latent(W, Normal(0, 1).Expand(2));
        pass.Observed(Y, Normal(inputs[1]!.matmul(w), 0.5), inputs[0]);
    }

    /// <summary>Exact where the features are orthogonal with squares of sum s: w ~ N(4 Xᵀy / (1 + 4 s), 1 / (1 + 4 s)).</summary>
    public static void SetPosterior(HandGuide guide, Tensor y, Tensor features)
    {
        var precision = 1 + (4 * features.square().sum([0])[0].item<double>());
        guide["w"].Set([], features.t().matmul(y) * 4 / precision, 1 / Math.Sqrt(precision));
    }

    public static Tensor Evidence(Tensor y, Tensor features) => new MultivariateNormal(
        zeros_like(y), covariance: features.matmul(features.t()) + eye(y.shape[0], dtype: ScalarType.Float64) * 0.25).LogProb(y);

#line 8
    private static void Generate(Tensor y, Tensor features)
    {
        var w = Sample(Normal(0, 1).Expand(2));
        Observe(y, Normal(features.matmul(w), 0.5));
    }
#line default
}

/// <summary>A sum or a mean of all rows: z_b ~ N(0, 1), x_b ~ N(z_b, 1), and s ~ N(Σ z_b, 1), which is no row's.</summary>
internal sealed class Summed : HandModel
{
    private static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0)], Line = 10 };
    private static readonly SiteInfo Z = Describe.Latent("z", [Data], [false], 11, "Normal(0, 1)", closedForm: true);
    private static readonly SiteInfo X = Describe.Observed("x", [Data], [true], 12, "Normal(z, 1)", "z");
    private static readonly SiteInfo S = Describe.Observed("s", [], [], 13, "Normal(IsSum ? z.sum() : z.mean(), 1)", "z") with { Slot = 1 };

    public bool IsSum { get; init; }

    public override ModelPlan Plan { get; init; } = new()
    {
        Model = nameof(Summed),
        Method = "Generate",
        Plates = [Data],
        Sites = [Z, X, S],
        Inputs = [new("x", true, [Data]), new("s", true, [])],
    };

    public override IReadOnlyList<FactorPlan> Factors { get; } = [new("z", 0, [], (data, _) => [data(0)], "x")];

    public override void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0], inputs[1]);

    public override void Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var z = pass.Latent(Z, Normal(0, 1));
        pass.Observed(X, Normal(z, 1), inputs[0]);
        pass.Observed(S, Normal(IsSum ? z.sum() : z.mean(), 1), inputs[1]);
    }

    private void Generate(Tensor x, Tensor s)
    {
#line 10
        var data = Plate(x);
        var z = Sample(Normal(0, 1));
        Observe(x, Normal(z, 1)); data.Dispose();
        Observe(s, Normal(IsSum ? z.sum() : z.mean(), 1));
#line default
    }
}

/// <summary>No parameter and no data: w ~ N(0.3, 0.5²).</summary>
internal sealed class Coin : HandModel
{
    private static readonly SiteInfo W = Describe.Latent("w", [], [], 10, "Normal(0.3, 0.5)");

    public override ModelPlan Plan { get; init; } = new()
    {
        Model = nameof(Coin),
        Method = "Generate",
        Plates = [],
        Sites = [W],
        Inputs = [],
    };

    public override IReadOnlyList<FactorPlan> Factors { get; } = [new("w", 0, [])];

    public override void Invoke(IReadOnlyList<Tensor> inputs) => Generate();

    public override void Run(Pass pass, IReadOnlyList<Tensor?> inputs) => pass.Latent(W, Normal(0.3, 0.5));

#line 8
    private static void Generate()
    {
        var w = Sample(Normal(0.3, 0.5));
        _ = w;
    }
#line default
}

/// <summary>Given loadings: z_b ~ N(0, 1) for two numbers; x_b ~ N(z_b loadings, 0.5²).</summary>
internal sealed class Loadings : HandModel
{
    private static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0)], Line = 10 };
    private static readonly SiteInfo Z = Describe.Latent("z", [Data], [false], 11, "Normal(0, 1).Expand(2)", closedForm: true);
    private static readonly SiteInfo X = Describe.Observed("x", [Data], [true], 12, "Normal(z.matmul(loadings), 0.5)", "z");

    public override ModelPlan Plan { get; init; } = new()
    {
        Model = nameof(Loadings),
        Method = "Generate",
        Plates = [Data],
        Sites = [Z, X],
        Inputs = [new("x", true, [Data]), new("loadings", false, [])],
    };

    public override IReadOnlyList<FactorPlan> Factors { get; } = [new("z", 0, [2], (data, _) => [data(0).narrow(1, 0, 2)], "x")];

    public override void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0], inputs[1]);

    public override void Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var z = pass.Latent(Z, Normal(0, 1).Expand(2));
        pass.Observed(X, Normal(z.matmul(inputs[1]!), 0.5), inputs[0]);
    }

#line 8
    private static void Generate(Tensor x, Tensor loadings)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(z.matmul(loadings), 0.5));
    }
#line default
}
