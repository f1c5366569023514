using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>What follows from the data and from the model's fields is computed once, and a field that has changed since is named.</summary>
public sealed class OncePerStepTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void A_mask_is_computed_once_a_step(int particles, bool looped)
    {
        using var scope = NewDisposeScope();
        using var model = new Counted();
        using var guide = model.CreateGuide();
        using var svi = new Svi(
            model, guide, Objective.Elbo(particles), parameters => optim.Adam(parameters), new SviSettings { Reporter = ITrainingReporter.Quiet });
        var (x, seen) = (randn(6, 2), arange(6).remainder(2));
        guide.Prepare(guide.Batch(x, seen));
        guide.LoopsAlways = looped;
        svi.Step([x, seen]);
        var before = model.Asked.Count;
        svi.Step([x, seen]);
        Assert.Equal(1, model.Asked.Count - before);
    }

    /// <summary>A batch outlives the scopes of the passes over it.</summary>
    [Fact]
    public void Masks_outlive_the_scope_that_has_computed_them()
    {
        using var pass = Pass.Prepare(Models.Get("Labels"), rows: 4);
        var draws = pass.Guide.Draw(pass.Batch, 2);
        var sums = new List<double>();
        for (var i = 0; i < 2; i++)
        {
            using var inner = NewDisposeScope();
            sums.Add(ParityTests.Bound(pass.Guide.Terms(draws, Contracts.TermForm.Sampled)).item<double>());
        }

        Assert.Equal(sums[0], sums[1]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void An_array_of_another_length_is_named(int now)
    {
        using var scope = NewDisposeScope();
        using var model = new Tower { Height = 3 };
        using var guide = model.CreateGuide();
        var x = randn(5, 2);
        guide.Prepare(guide.Batch(x));
        model.Height = now;
        var fault = Assert.Throws<PplArgumentException>(() => guide.Posterior(x));
        Assert.Equal(
            $"h: it had 3 elements when the guide was made, and has {now} now that a field of Tower has changed: make a new guide for this model.",
            fault.Message);
        Assert.Equal(now, model.Simulate(4).h.Count);
        model.Height = 3;
        Assert.Equal(3, guide.Posterior(x).h.Count);
    }
}

/// <summary>Counts how often it is asked.</summary>
internal sealed class Asked() : Module<Tensor, Tensor>("asked")
{
    public int Count { get; private set; }

    public override Tensor forward(Tensor input)
    {
        Count++;
        return input.gt(0);
    }
}

internal sealed partial class Counted : GenerativeModel
{
    private readonly Asked asked = new();

    public Counted() => RegisterComponents();

    public Asked Asked => asked;

    [Model]
    private void Generate(Tensor x, Tensor seen)
    {
        using var data = Plate(x, seen);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(z, 1), where: asked.call(seen));
    }
}

internal sealed partial class Tower : GenerativeModel
{
    public int Height { get; set; } = 3;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[Height];
        h[0] = Sample(Normal(0, 1).Expand(2));
        for (var i = 1; i < Height; i++) h[i] = Sample(Normal(h[i - 1], 1));
        Observe(x, Normal(h[Height - 1], 1));
    }
}
