using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Extension;

/// <summary>A family of a user's own whose density, draws or divergence have the wrong shape is refused by site and family, never summed.</summary>
public sealed class WrongShapeTests : IDisposable
{
    private static readonly SiteInfo Z = new()
    {
        Name = "z",
        Kind = SiteKind.Latent,
        Slot = 0,
        Family = nameof(Shaped),
        Plates = [Plates.Data],
        Depends = [false],
        Line = 1,
        DistributionText = "",
    };

    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<string, int, long, string> Sums => new()
    {
        { "sum", 0, 4, "()" },
        { "rows", 0, 4, "(3)" },
        { "rows", 0, 3, "(3)" },
        { "last", 0, 3, "(3)" },
        { "keep", 0, 3, "(3, 1)" },
        { "none", 1, 3, "(3, 3)" },
    };

    /// <summary>With as many rows as elements, a sum over the rows trains silently; with others libtorch complains, or an overflow.</summary>
    [Theory]
    [MemberData(nameof(Sums))]
    public void Log_density_of_another_shape(string sum, int own, long rows, string found)
    {
        var family = new Shaped([3], sum, own);
        var expected = own == 0
            ? $"({rows}, 3): one number for each element, nothing summed."
            : $"({rows}): one number for each element, only the family's own event (EventDimensions: 1) summed.";
        var message = $"z: LogProb of Shaped(3) at a value of shape ({rows}, 3) has shape {found}; it must be {expected}";
        var terms = new SiteTerms(Plates.Rows(1, rows), TermForm.Sampled);
        var value = zeros(rows, 3);
        Action[] uses =
        [
            () => terms.Given(Z, family, value),
            () => terms.Observed(Z with { Kind = SiteKind.Observed }, family, value),
            () => terms.Latent(Z, family.Expand(rows, 3), new Normal(0, 1).Expand(3), value),
        ];
        foreach (var use in uses)
        {
            var fault = Assert.Throws<PplShapeException>(use);
            Assert.Equal("z", fault.Site);
            Assert.Equal(message, fault.Message.Replace($"Shaped({rows}, 3)", "Shaped(3)", StringComparison.Ordinal));
        }

        Assert.Empty(terms);
    }

    [Fact]
    public void Log_density_of_another_shape_with_particles()
    {
        var terms = new SiteTerms(Plates.Rows(2, 4), TermForm.Sampled);
        var fault = Assert.Throws<PplShapeException>(() => terms.Latent(Z, new Shaped([4, 3], "last"), new Normal(0, 1).Expand(3), zeros(8, 3)));
        Assert.Equal(
            "z: LogProb of Shaped(4, 3) at a value of shape (2, 4, 3) has shape (2, 4); it must be (2, 4, 3): one number for each element, nothing summed.",
            fault.Message);
    }

    [Theory]
    [InlineData(1, "(4, 3)", "(4)")]
    [InlineData(2, "(2, 4, 3)", "(2, 4)")]
    public void A_sum_of_ones_own_of_another_shape(int particles, string found, string expected)
    {
        var terms = new SiteTerms(Plates.Rows(particles, 4), TermForm.Sampled);
        var family = new Shaped([4, 3], "none") { SumsItself = true };
        var fault = Assert.Throws<PplShapeException>(() => terms.Latent(Z, family, new Normal(0, 1).Expand(3), zeros(particles * 4, 3)));
        Assert.Equal($"z: LogDensity of Shaped(4, 3) has shape {found}; it must be {expected}: one number for each row.", fault.Message);
    }

    [Fact]
    public void A_declared_event_distribution_of_a_faulty_base()
    {
        var fault = Assert.Throws<PplShapeException>(() => new Independent(new Shaped([2, 3], "last"), 1).LogProb(zeros(2, 3)));
        Assert.StartsWith("LogProb of Shaped(2, 3) at a value of shape (2, 3) has shape (2); it must be (2, 3)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_event_dimensions_than_dimensions()
    {
        var terms = new SiteTerms(Plates.Rows(1, 4), TermForm.Sampled);
        var fault = Assert.Throws<PplShapeException>(() => terms.Given(Z, new Shaped([3], "sum", own: 2), zeros(4, 3)));
        Assert.Equal("z: Shaped(3) says that the last 2 dimensions are one event (EventDimensions), and has 1.", fault.Message);
    }

    [Theory]
    [InlineData("sum", "()")]
    [InlineData("last", "(3)")]
    [InlineData("rows", "(3)")]
    public void Divergence_of_another_shape(string sum, string found)
    {
        var terms = new SiteTerms(Plates.Rows(1, 3), TermForm.ClosedFormWhereLegal);
        var (q, p) = (new Shaped([3, 3], sum), new Shaped([3], sum));
        var message = $"Kl(Shaped(3, 3) || Shaped(3)) has shape {found}; it must be (3, 3): one number for each element, nothing summed.";
        var site = Z with { Kl = KlChoice.ClosedForm };
        Assert.Equal($"z: {message}", Assert.Throws<PplShapeException>(() => terms.Latent(site, q, p, zeros(3, 3))).Message);
        Assert.Equal(message, Assert.Throws<PplShapeException>(() => KlRegistry.Kl(q, p)).Message);
    }

    [Fact]
    public void Draws_of_another_shape()
    {
        using var model = new Nothing();
        var simulation = new Simulation(model, Plates.Plan(Plates.Data), [4]);
        var fault = Assert.Throws<PplShapeException>(() => simulation.Latent(Z, new Shaped([3], "none") { DrawsOne = true }));
        Assert.Equal("z: the value has shape (3), but Shaped(3) in plate 'data' of 4 rows draws (4, 3).", fault.Message);
    }

    private sealed class Nothing : GenerativeModel;

    /// <summary>A standard normal whose log-density is summed over what its name says.</summary>
    [Family(Support.Real, Reparameterized = true)]
    private sealed class Shaped(long[] shape, string sum, int own = 0) : Distribution
    {
        public bool SumsItself { get; init; }

        public bool DrawsOne { get; init; }

        public override long[] Shape => shape;

        public override int EventDimensions => own;

        public override bool IsReparameterized => true;

        public override Tensor Mean => zeros(shape);

        public override Tensor Variance => ones(shape);

        [ClosedFormKl]
        public static Tensor Kl(Shaped q, Shaped p) => q.Sum(q.Mean - p.Mean);

        public override Tensor RSample(long[] sampleShape, Generator? generator) => zeros(DrawsOne ? Shape : DrawShape(sampleShape));

        public override Tensor LogProb(Tensor value) => Sum(value.square() * -0.5);

        public override Tensor LogDensity(Tensor value, int leading) => SumsItself ? LogProb(value) : base.LogDensity(value, leading);

        public override Tensor Entropy() => ones(shape);

        public override Shaped With(Func<Tensor, Tensor> map) => this;

        public override Shaped Map(Func<Tensor, int, Tensor> map, long[]? batch = null) => this;

        public override Shaped Expand(params long[] sizes) => new(sizes, sum, own);

        public override ValueFault? FindParameterFault() => null;

        public override ValueFault? FindValueFault(Tensor value) => null;

        private Tensor Sum(Tensor elements) => sum switch
        {
            "sum" => elements.sum(),
            "rows" => elements.sum([0L]),
            "last" => elements.sum([-1L]),
            "keep" => elements.sum([-1L], keepdim: true),
            _ => elements,
        };
    }
}
