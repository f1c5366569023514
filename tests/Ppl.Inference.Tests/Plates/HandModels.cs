using Ppl.Contracts;
using Ppl.Distributions;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Ppl.Inference.Tests.Plates;

/// <summary>How the sites of these models are described.</summary>
internal static class Describe
{
    public static SiteInfo Latent(
        string name, PlateInfo[] plates, bool[] depends, int line, string text, bool closedForm = false, string[]? parents = null) => new()
        {
            Name = name,
            Kind = SiteKind.Latent,
            Slot = 0,
            Family = "Normal",
            Plates = plates,
            Depends = depends,
            Parents = parents ?? [],
            Kl = closedForm ? KlChoice.ClosedForm : KlChoice.Sampled,
            Line = line,
            DistributionText = text,
        };

    public static SiteInfo Observed(string name, PlateInfo[] plates, bool[] depends, int line, string text, params string[] parents) =>
        Latent(name, plates, depends, line, text, parents: parents) with { Kind = SiteKind.Observed, Kl = KlChoice.None };

    public static Tensor Double(double value) => tensor(value, ScalarType.Float64);
}

/// <summary>A global mean: mu ~ N(0, 2²); z_b ~ N(mu, 1); x_b ~ N(slope z_b, 0.5²).</summary>
internal sealed class GlobalMean : HandModel
{
    private static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0)], Line = 11 };
    private static readonly SiteInfo Mu = Describe.Latent("mu", [], [], 10, "Normal(0, 2)", closedForm: true);
    private static readonly SiteInfo Z = Describe.Latent("z", [Data], [false], 12, "Normal(mu, 1)", parents: ["mu"]) with { Slot = 1 };
    private static readonly SiteInfo X = Describe.Observed("x", [Data], [true], 13, "Normal(slope * z, 0.5)", "z");

    private readonly Parameter slope = new(Describe.Double(1));

    public GlobalMean() => RegisterComponents();

    public Parameter Slope => slope;

    public override ModelPlan Plan { get; init; } = new()
    {
        Model = nameof(GlobalMean),
        Method = "Generate",
        Plates = [Data],
        Sites = [Mu, Z, X],
        Inputs = [new("x", true, [Data])],
    };

    public override IReadOnlyList<FactorPlan> Factors { get; } =
        [new("mu", 0, []), new("z", 1, [], (data, drawn) => [data(0), drawn("mu")], "x", "mu")];

    public override void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0]);

    public override void Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var mu = pass.Latent(Mu, Normal(0, 2));
        var z = pass.Latent(Z, Normal(mu, 1));
        pass.Observed(X, Normal(slope * z, 0.5), inputs[0]);
    }

    /// <summary>The exact posterior: x_b | mu ~ N(mu, 1.25), z_b | mu, x_b ~ N((mu + 4 x_b) / 5, 1/5).</summary>
    public static void SetPosterior(HandGuide guide, Tensor x)
    {
        var precision = 0.25 + x.shape[0] / 1.25;
        guide["mu"].Set([], x.sum() / 1.25 / precision, 1 / Math.Sqrt(precision));
        guide["z"].Set([0.8, 0.2], Describe.Double(0), Math.Sqrt(0.2));
    }

    /// <summary>log p(x): x ~ N(0, 1.25 I + 4 11ᵀ).</summary>
    public static Tensor Evidence(Tensor x) => new MultivariateNormal(
        zeros_like(x), covariance: eye(x.shape[0], dtype: ScalarType.Float64) * 1.25 + 4).LogProb(x);

#line 8
    private void Generate(Tensor x)
    {
        var mu = Sample(Normal(0, 2));
        using var data = Plate(x);
        var z = Sample(Normal(mu, 1));
        Observe(x, Normal(slope * z, 0.5));
    }
#line default
}

/// <summary>Nested plates: mu ~ N(0, 1); a_b ~ N(mu, 1); e_bm ~ N(a_b, 1); x_bm ~ N(e_bm, 0.5²).</summary>
internal sealed class Nested : HandModel
{
    private static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0)], Line = 11 };
    private static readonly PlateInfo Items = new() { Name = "items", Index = 1, Sources = [new(0, 1)], Line = 13 };
    private static readonly SiteInfo Mu = Describe.Latent("mu", [], [], 10, "Normal(0, 1)", closedForm: true);
    private static readonly SiteInfo A = Describe.Latent("a", [Data], [false], 12, "Normal(mu, 1)", parents: ["mu"]) with { Slot = 1 };
    private static readonly SiteInfo E = Describe.Latent("e", [Data, Items], [true, false], 14, "Normal(a.unsqueeze(1), 1)", parents: ["a"])
        with
    { Slot = 2 };
    private static readonly SiteInfo X = Describe.Observed("x", [Data, Items], [true, true], 15, "Normal(e, 0.5)", "e");

    public override ModelPlan Plan { get; init; } = new()
    {
        Model = nameof(Nested),
        Method = "Generate",
        Plates = [Data, Items],
        Sites = [Mu, A, E, X],
        Inputs = [new("x", true, [Data, Items])],
    };

    public override IReadOnlyList<FactorPlan> Factors { get; } =
    [
        new("mu", 0, []),
        new("a", 1, [], (data, drawn) => [data(0).mean([1]), drawn("mu")], "x", "mu"),
        new("e", 2, [], (data, drawn) => [data(0), drawn("a").unsqueeze(1)], "x", "a"),
    ];

    public override void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0]);

    public override void Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var mu = pass.Latent(Mu, Normal(0, 1));
        var a = pass.Latent(A, Normal(mu, 1));
        var e = pass.Latent(E, Normal(a.unsqueeze(1), 1));
        pass.Observed(X, Normal(e, 0.5), inputs[0]);
    }

    /// <summary>The exact posterior: x_bm | a_b ~ N(a_b, 1.25), the mean of M of them ~ N(mu, 1 + 1.25/M) given mu.</summary>
    public static void SetPosterior(HandGuide guide, Tensor x)
    {
        var (rows, items) = (x.shape[0], x.shape[1]);
        var spread = 1 + (1.25 / items);
        var precision = 1 + (rows / spread);
        guide["mu"].Set([], x.mean([1]).sum() / spread / precision, 1 / Math.Sqrt(precision));
        var own = 1 + (items / 1.25);
        guide["a"].Set([items / 1.25 / own, 1 / own], Describe.Double(0), 1 / Math.Sqrt(own));
        guide["e"].Set([0.8, 0.2], Describe.Double(0), Math.Sqrt(0.2));
    }

    /// <summary>log p(x): the same mu for all, the same a for the items of a row.</summary>
    public static Tensor Evidence(Tensor x)
    {
        var (rows, items) = (x.shape[0], x.shape[1]);
        var block = kron(eye(rows, dtype: ScalarType.Float64), ones(items, items, dtype: ScalarType.Float64));
        var flat = x.reshape(-1);
        return new MultivariateNormal(zeros_like(flat), covariance: eye(rows * items, dtype: ScalarType.Float64) * 1.25 + block + 1).LogProb(flat);
    }

#line 8
    private static void Generate(Tensor x)
    {
        var mu = Sample(Normal(0, 1));
        using var data = Plate(x);
        var a = Sample(Normal(mu, 1));
        using var items = Plate(x);
        var e = Sample(Normal(a.unsqueeze(1), 1));
        Observe(x, Normal(e, 0.5));
    }
#line default
}

/// <summary>Effects read by index: mu ~ N(0, 1); alpha_c ~ N(mu, 1) in three counties; x_b ~ N(alpha[county_b], 1).</summary>
internal sealed class Counties : HandModel
{
    public const long Size = 3;

    private static readonly PlateInfo County = new() { Name = "county", Index = 0, IsEntered = false, Line = 11 };
    private static readonly PlateInfo Data = new() { Name = "data", Index = 1, Sources = [new(0, 0), new(1, 0)], Line = 13 };
    private static readonly SiteInfo Mu = Describe.Latent("mu", [], [], 10, "Normal(0, 1)", closedForm: true);
    private static readonly SiteInfo Alpha = Describe.Latent("alpha", [County], [false], 12, "Normal(mu, 1)", parents: ["mu"]) with { Slot = 1 };
    private static readonly SiteInfo X = Describe.Observed("x", [Data], [true], 14, "Normal(alpha[of], 1)", "alpha");

    public override ModelPlan Plan { get; init; } = new()
    {
        Model = nameof(Counties),
        Method = "Generate",
        Plates = [County, Data],
        Sites = [Mu, Alpha, X],
        Inputs = [new("x", true, [Data]), new("of", false, [Data])],
    };

    public override IReadOnlyList<FactorPlan> Factors { get; } =
        [new("mu", 0, []), new("alpha", 1, [Size], (_, drawn) => [drawn("mu").expand(Size)], "mu")];

    public override void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0], inputs[1]);

    public override void Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var mu = pass.Latent(Mu, Normal(0, 1));
        pass.Open(County, Size);
        var alpha = pass.Latent(Alpha, Normal(mu, 1));
        pass.Observed(X, Normal(alpha[pass.Repeat(Data, inputs[1])], 1), inputs[0]);
    }

    /// <summary>The exact posterior, with n_c rows in each county: alpha_c | mu ~ N((mu + Σ x) / (1 + n_c), 1 / (1 + n_c)), n_c the same.</summary>
    public static void SetPosterior(HandGuide guide, Tensor x, Tensor of)
    {
        var sums = zeros([Size], ScalarType.Float64).index_add(0, of, x, 1);
        var count = x.shape[0] / (double)Size;
        var spread = 1 + (1 / count);
        var precision = 1 + (Size / spread);
        guide["mu"].Set([], (sums / count).sum() / spread / precision, 1 / Math.Sqrt(precision));
        guide["alpha"].Set([1 / (1 + count)], sums / (1 + count), 1 / Math.Sqrt(1 + count));
    }

    public static Tensor Evidence(Tensor x, Tensor of)
    {
        var same = of.unsqueeze(0).eq(of.unsqueeze(1)).to(ScalarType.Float64);
        return new MultivariateNormal(zeros_like(x), covariance: eye(x.shape[0], dtype: ScalarType.Float64) + same + 1).LogProb(x);
    }

#line 8
    private static void Generate(Tensor x, Tensor of)
    {
        var mu = Sample(Normal(0, 1));
        var county = Plate(size: Size);
        var alpha = Sample(Normal(mu, 1), within: county);
        using var data = Plate(x, of);
        Observe(x, Normal(alpha[of], 1));
    }
#line default
}

/// <summary>Two rows plates side by side: mu ~ N(0, 1); u_i ~ N(mu, 1), x_i ~ N(u_i, 0.5²); v_j ~ N(mu, 2²), y_j ~ N(v_j, 1).</summary>
internal sealed class SideBySide : HandModel
{
    private static readonly PlateInfo First = new() { Name = "first", Index = 0, Sources = [new(0, 0)], IsEntered = false, Line = 11 };
    private static readonly PlateInfo Second = new() { Name = "second", Index = 1, Sources = [new(1, 0)], IsEntered = false, Line = 14 };
    private static readonly SiteInfo Mu = Describe.Latent("mu", [], [], 10, "Normal(0, 1)", closedForm: true);
    private static readonly SiteInfo U = Describe.Latent("u", [First], [false], 12, "Normal(mu, 1)", parents: ["mu"]) with { Slot = 1 };
    private static readonly SiteInfo X = Describe.Observed("x", [First], [true], 13, "Normal(u, 0.5)", "u");
    private static readonly SiteInfo V = Describe.Latent("v", [Second], [false], 15, "Normal(mu, 2)", parents: ["mu"]) with { Slot = 2 };
    private static readonly SiteInfo Y = Describe.Observed("y", [Second], [true], 16, "Normal(v, 1)", "v") with { Slot = 1 };

    public override ModelPlan Plan { get; init; } = new()
    {
        Model = nameof(SideBySide),
        Method = "Generate",
        Plates = [First, Second],
        Sites = [Mu, U, X, V, Y],
        Inputs = [new("x", true, [First]), new("y", true, [Second])],
    };

    public override IReadOnlyList<FactorPlan> Factors { get; } =
    [
        new("mu", 0, []),
        new("u", 1, [], (data, drawn) => [data(0), drawn("mu")], "x", "mu"),
        new("v", 2, [], (data, drawn) => [data(1), drawn("mu")], "y", "mu"),
    ];

    public override void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0], inputs[1]);

    public override void Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var mu = pass.Latent(Mu, Normal(0, 1));
        var u = pass.Latent(U, Normal(mu, 1));
        pass.Observed(X, Normal(u, 0.5), inputs[0]);
        var v = pass.Latent(V, Normal(mu, 2));
        pass.Observed(Y, Normal(v, 1), inputs[1]);
    }

    public static void SetPosterior(HandGuide guide, Tensor x, Tensor y)
    {
        var precision = 1 + (x.shape[0] / 1.25) + (y.shape[0] / 5.0);
        guide["mu"].Set([], ((x.sum() / 1.25) + (y.sum() / 5)) / precision, 1 / Math.Sqrt(precision));
        guide["u"].Set([0.8, 0.2], Describe.Double(0), Math.Sqrt(0.2));
        guide["v"].Set([0.8, 0.2], Describe.Double(0), Math.Sqrt(0.8));
    }

    public static Tensor Evidence(Tensor x, Tensor y)
    {
        var both = cat([x, y]);
        var noise = cat([full_like(x, 1.25), full_like(y, 5)]);
        return new MultivariateNormal(zeros_like(both), covariance: noise.diag() + 1).LogProb(both);
    }

#line 8
    private static void Generate(Tensor x, Tensor y)
    {
        var mu = Sample(Normal(0, 1));
        var first = Plate(x);
        var u = Sample(Normal(mu, 1), within: first);
        Observe(x, Normal(u, 0.5), within: first);
        var second = Plate(y);
        var v = Sample(Normal(mu, 2), within: second);
        Observe(y, Normal(v, 1), within: second);
    }
#line default
}
