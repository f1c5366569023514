using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>
/// Draws of families of vectors and matrices that have no table of bins or probabilities: each is taken apart into numbers that are independent and
/// uniform on [0, 1] if the draws are right, by a law of the literature and not by the family's own density.
/// </summary>
public sealed class JointDrawTests : IDisposable
{
    private const int Count = 100_000;

    private static readonly Dictionary<string, Func<Distribution, Tensor, Tensor[]>> Laws = new()
    {
        ["Wishart"] = (d, x) => Bartlett(((Wishart)d).Df.AsTensor(x), Standardized(((Wishart)d).ScaleTril, x)),
        ["InverseWishart"] = (d, x) => Bartlett(((InverseWishart)d).Df.AsTensor(x), Precision(((InverseWishart)d).ScaleTril, x)),
        ["LKJCholesky"] = (d, x) => PartialCorrelations((LKJCholesky)d, x),
        ["LKJCholesky(2)"] = (d, x) => PartialCorrelations((LKJCholesky)d, x),
        ["RelaxedOneHotCategorical(logits)"] = (d, x) => LogisticDifferences((RelaxedOneHotCategorical)d, x),
        ["RelaxedOneHotCategorical(probs)"] = (d, x) => LogisticDifferences((RelaxedOneHotCategorical)d, x),
        ["LogisticNormal"] = (d, x) => NormalCoordinates((LogisticNormal)d, x),
        ["Transformed(Normal, Ordered)"] = (d, x) => Steps((Normal)((Transformed)d).Base, x),
        ["MixtureSameFamily(Independent)"] = (d, x) => Mixed((MixtureSameFamily)d, x),
        ["HiddenMarkov(Normal)"] = (d, x) => Series((HiddenMarkov)d, x.unsqueeze(-1)),
        ["HiddenMarkov(vectors)"] = (d, x) => Series((HiddenMarkov)d, x),
    };

    private readonly DisposeScope scope = NewDisposeScope();

    public JointDrawTests() => manual_seed(1933);

    public static TheoryData<string> Names => [.. Laws.Keys];

    public void Dispose() => scope.Dispose();

    // 20 bins each, against chi-square's quantile at 1 − 3e-8; and the products of any two, whose mean is 1/4 with the variance 1/9 − 1/16, within
    // 5.5 standard errors: 4e-8. There are about 200 numbers and pairs of each kind: a right sampler fails with a chance of 2e-5. Seeds are fixed.
    [Theory]
    [MemberData(nameof(Names))]
    public void Draws_AreTakenApartIntoUniformNumbers(string name)
    {
        var d = FamilyCase.Of(name).Make();
        var numbers = Laws[name](d, d.Sample(Count));
        Assert.NotEmpty(numbers);
        var areIndependent = d is not RelaxedOneHotCategorical;
        for (var i = 0; i < numbers.Length; i++)
        {
            var u = numbers[i].flatten(1);
            Assert.True(u.ge(0).logical_and(u.le(1)).all().item<bool>(), $"number {i} is outside [0, 1]");
            for (var entry = 0L; entry < u.shape[1]; entry++)
            {
                var counts = (u.select(1, entry) * 20).floor().clamp_max(19).to(ScalarType.Int64).bincount(null, 20).to(ScalarType.Float64);
                var statistic = ((counts - (Count / 20.0)).square() / (Count / 20.0)).sum().item<double>();
                Assert.True(statistic <= 72.3, $"number {i}, entry {entry}: chi-square {statistic:R}");
            }

            for (var j = 0; j < i && areIndependent; j++)
            {
                var gap = ((u * numbers[j].flatten(1)).mean([0]) - 0.25).abs().max().item<double>();
                Assert.True(gap <= 5.5 * Math.Sqrt((1 / 9.0 - 1 / 16.0) / Count), $"numbers {i} and {j}: the mean product is off by {gap:R}");
            }
        }
    }

    [Fact]
    public void Draws_OfAPoint_AreThePoint()
    {
        var d = (Delta)FamilyCase.Of("Delta").Make();
        TensorAssert.Close(d.Point.AsTensor().expand([5, .. d.Shape]), d.Sample(5), 0, 0);
    }

    // A family whose draws nothing compares with their distribution would stand in the table as if it had been.
    [Fact]
    public void EveryFamilyHasALawOfItsDraws()
    {
        var without = FamilyCase.All.Where(c => !c.IsPoint && !Laws.ContainsKey(c.Name))
            .Where(c => !c.Reference.TryGetProperty("bins", out _) && !c.Reference.TryGetProperty("pmf", out _)).Select(c => c.Name);
        Assert.Empty(without);
    }

    // What stands outside the table has a table of its own: a draw of Quantized is a point whose gradient passes rounding by (CodewordTests), and a
    // flow's distribution is checked for every flow (FlowTests).
    [Fact]
    public void EveryFamilyHasARow()
    {
        Type[] elsewhere = [typeof(Quantized), typeof(Ppl.Flows.FlowDistribution)];
        var inTable = FamilyCase.Densities.Select(c => c.Make().GetType()).ToHashSet();
        var families = typeof(Distribution).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(Distribution)) && !t.IsAbstract);
        Assert.Empty(families.Where(t => !inTable.Contains(t)).Except(elsewhere).Select(t => t.Name));
    }

    /// <summary>L⁻¹ W L⁻ᵀ, which is Wishart with the identity.</summary>
    private static Tensor Standardized(Tensor factor, Tensor x) => Turned(linalg.inv(factor), x);

    /// <summary>Lᵀ X⁻¹ L: the inverse is Wishart with the inverse of the scale.</summary>
    private static Tensor Precision(Tensor factor, Tensor x) => Turned(factor.transpose(-2, -1), linalg.inv(x));

    private static Tensor Turned(Tensor factor, Tensor x) => factor.matmul(x).matmul(factor.transpose(-2, -1));

    /// <summary>Bartlett (1933): of the factor A of a standard Wishart matrix Aᵢᵢ² is χ²(df − i), the entries below are normal, all independent.</summary>
    private static Tensor[] Bartlett(Tensor df, Tensor standard)
    {
        var factor = linalg.cholesky((standard + standard.transpose(-2, -1)) / 2);
        var numbers = new List<Tensor>();
        for (var i = 0; i < factor.shape[^1]; i++)
        {
            numbers.Add(new Chi2(df - i).Cdf(factor.select(-1, i).select(-1, i).square()));
            for (var j = 0; j < i; j++) numbers.Add(new Normal(0, 1).Cdf(factor.select(-2, i).select(-1, j)));
        }

        return [.. numbers];
    }

    /// <summary>
    /// Lewandowski, Kurowicka and Joe (2009): of the C-vine each partial correlation given the k variables before is 2 Beta(α, α) − 1 with
    /// α = η + (D − 2 − k) / 2, all independent. In row i of the factor it is entry k over the length that the entries before leave.
    /// </summary>
    private static Tensor[] PartialCorrelations(LKJCholesky d, Tensor x)
    {
        var numbers = new List<Tensor>();
        for (var i = 1; i < d.Dimension; i++)
        {
            var left = ones_like(x.select(-2, i).select(-1, 0));
            for (var k = 0; k < i; k++)
            {
                var entry = x.select(-2, i).select(-1, k);
                var alpha = d.Concentration.AsTensor(x) + ((d.Dimension - 2 - k) / 2.0);
                numbers.Add(new Beta(alpha, alpha).Cdf((((entry / left.sqrt()) + 1) / 2).clamp(0, 1)));
                left = left - entry.square();
            }
        }

        return [.. numbers];
    }

    /// <summary>Maddison et al. (2017): τ log xᵢ − logitᵢ is a Gumbel number and what all have in common; a difference of two is logistic.</summary>
    private static Tensor[] LogisticDifferences(RelaxedOneHotCategorical d, Tensor x)
    {
        var gumbel = (d.Temperature.AsTensor(x).unsqueeze(-1) * x.log()) - d.LogProbs;
        return [.. Enumerable.Range(1, (int)x.shape[^1] - 1).Select(i => (gumbel.select(-1, i) - gumbel.select(-1, 0)).sigmoid())];
    }

    /// <summary>log x less its mean is a vector of the plane of zero sum: in the basis of Egozcue et al. (2003), here Helmert's, it is normal.</summary>
    private static Tensor[] NormalCoordinates(LogisticNormal d, Tensor x)
    {
        var inverse = Ppl.Transforms.SoftmaxCentred.Instance.Inverse(x);
        var coordinates = new Normal(d.Loc, d.Scale).Cdf(inverse);

        // The basis is the family's own; that it is orthonormal shows in the lengths.
        var centred = x.log() - x.log().mean([-1], keepdim: true);
        TensorAssert.Close(centred.square().sum(-1), inverse.square().sum(-1), relative: 1e-9);
        return coordinates.unbind(-1);
    }

    private static Tensor[] Steps(Normal d, Tensor x)
    {
        var steps = cat([x.narrow(-1, 0, 1), x.diff(dim: -1).log()], -1);
        return d.Cdf(steps).unbind(-1);
    }

    private static Tensor[] Mixed(MixtureSameFamily d, Tensor x)
    {
        var probs = d.Mixing.Probs;
        return [.. ByCoordinate(probs.expand([.. x.shape[..^1], probs.shape[^1]]), (Normal)((Independent)d.Component).Base, x).Numbers];
    }

    private static Tensor[] Series(HiddenMarkov d, Tensor x)
    {
        var emission = d.Emission is Independent independent ? (Normal)independent.Base : new Normal(
            ((Normal)d.Emission).Loc.AsTensor(x).unsqueeze(-1), ((Normal)d.Emission).Scale.AsTensor(x).unsqueeze(-1));
        var numbers = new List<Tensor>();
        var states = d.Initial.expand([.. x.shape[..^2], d.Initial.shape[^1]]);
        for (var t = 0; t < x.shape[^2]; t++)
        {
            var (found, posterior) = ByCoordinate(states, emission, x.select(-2, t));
            numbers.AddRange(found);
            states = posterior.unsqueeze(-2).matmul(d.Transition).squeeze(-2);
        }

        return [.. numbers];
    }

    /// <summary>
    /// Rosenblatt (1952): the distribution function of each coordinate given those before, of a mixture whose components have independent normal
    /// coordinates, [..., K, D]; and the weights given all of them.
    /// </summary>
    private static (List<Tensor> Numbers, Tensor Weights) ByCoordinate(Tensor weights, Normal components, Tensor x)
    {
        var (loc, scale) = (components.Loc.AsTensor(x), components.Scale.AsTensor(x));
        var numbers = new List<Tensor>();
        for (var i = 0; i < x.shape[^1]; i++)
        {
            var component = new Normal(loc.select(-1, i), scale.select(-1, i));
            var at = x.select(-1, i).unsqueeze(-1);
            numbers.Add((weights * component.Cdf(at)).sum(-1));
            var joint = weights * component.LogProb(at).exp();
            weights = joint / joint.sum(-1, keepdim: true);
        }

        return (numbers, weights);
    }
}
