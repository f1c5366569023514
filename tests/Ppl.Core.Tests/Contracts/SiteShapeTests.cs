using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Contracts;

/// <summary>Shape faults are found at the site, with a message that says what to write.</summary>
public sealed class SiteShapeTests : IDisposable
{
    private static readonly SiteInfo X = new()
    {
        Name = "x",
        Kind = SiteKind.Observed,
        Slot = 0,
        Family = "Normal",
        Plates = [Plates.Data],
        Depends = [true],
        Line = 1,
        DistributionText = "",
    };

    private static readonly SiteInfo Z = X with { Name = "z", Kind = SiteKind.Latent, Depends = [false] };

    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void ColumnAgainstVector_IsRefused()
    {
        TensorAssert.Throws<PplShapeException>(
            "x: the observed value has shape (8, 1) and Normal has shape (8): in plate 'data' of 8 rows the event of the value is (1), "
            + "that of the distribution (). To repeat the distribution over the event write "
            + "Normal(...).Expand(-1, 1), after unsqueeze of its parameters.",
            () => Observe(new Normal(zeros(8), 1), zeros(8, 1)));
        TensorAssert.Throws<PplShapeException>(
            "x: the observed value has shape (8) and Normal has shape (8, 1): in plate 'data' of 8 rows the event of the value is (), "
            + "that of the distribution (1). Drop the parameters' last dimension with squeeze(-1), "
            + "or give the value one with unsqueeze(-1).",
            () => Observe(new Normal(zeros(8, 1), 1), zeros(8)));
    }

    [Fact]
    public void MissingExpand_IsNamed()
        => TensorAssert.Throws<PplShapeException>(
            "x: the observed value has shape (8, 5) and Normal has shape (): in plate 'data' of 8 rows the event of the value is (5), "
            + "that of the distribution (). To repeat the distribution over the event write Normal(...).Expand(5).",
            () => new SiteTerms(Plates.Rows(1, 8), TermForm.Sampled).Observed(X with { Depends = [false] }, new Normal(0, 1), zeros(8, 5)));

    [Fact]
    public void ImageAgainstFlatLogits_IsNamed()
        => TensorAssert.Throws<PplShapeException>(
            "x: the observed value has shape (8, 4, 4) and Bernoulli has shape (8, 16): in plate 'data' of 8 rows "
            + "the event of the value is (4, 4), "
            + "that of the distribution (16). The sizes agree but not the dimensions: flatten or view one of them.",
            () => Observe(new Bernoulli(logits: zeros(8, 16)), zeros(8, 4, 4)));

    [Fact]
    public void WrongRows_AreNamed()
    {
        TensorAssert.Throws<PplShapeException>(
            "x: Normal depends on plate 'data', so its shape must begin with the plate's 8 rows; found (1, 5). "
            + "A parameter of one row broadcasts over the plate: expand it to the rows.",
            () => Observe(new Normal(zeros(1, 5), 1), zeros(8, 5)));
        TensorAssert.Throws<PplShapeException>(
            "x: Normal depends on plate 'data', so its shape must begin with the plate's 8 rows; found (). "
            + "A network or a reduction has lost the leading dimension.",
            () => Observe(new Normal(tensor(0.0), 1), zeros(8)));
        TensorAssert.Throws<PplShapeException>(
            "x: the observed value has shape (7, 5), but plate 'data' has 8 rows (24 with 3 particles).",
            () => new SiteTerms(Plates.Rows(3, 8), TermForm.Sampled).Observed(X, new Normal(zeros(24, 5), 1), zeros(7, 5)));
    }

    [Fact]
    public void LatentOfAnotherShape_IsRefused()
    {
        var terms = new SiteTerms(Plates.Rows(1, 8), TermForm.Sampled);
        var q = new Normal(zeros(8, 5), 1);
        TensorAssert.Throws<PplShapeException>(
            "z: the value has shape (8, 4), but Normal(5) in plate 'data' of 8 rows draws (8, 5).",
            () => terms.Latent(Z, q, new Normal(0, 1).Expand(5), zeros(8, 4)));
        TensorAssert.Throws<PplShapeException>(
            "z: the guide's Normal has shape (8, 4), but Normal(5) in plate 'data' of 8 rows needs (8, 5). "
            + "An encoder network must keep the rows first.",
            () => terms.Latent(Z, new Normal(zeros(8, 4), 1), new Normal(0, 1).Expand(5), zeros(8, 5)));
    }

    [Fact]
    public void Batch_ChecksItsTensors()
    {
        var plan = new ModelPlan
        {
            Model = "Cvae",
            Method = "Generate",
            Plates = [Plates.Data],
            Sites = [X],
            Inputs = [new("x", true, [Plates.Data]), new("c", false, [Plates.Data])],
        };
        TensorAssert.Throws<PplArgumentException>(
            "Cvae.Generate(x, c) takes 2 tensors; the batch has 1.", () => _ = new Batch(plan, [zeros(8, 5)]));
        TensorAssert.Throws<PplShapeException>(
            "c: 7 rows (shape (7, 2)), but x has 8 (shape (8, 5)); all tensors of a plate have the same rows.",
            () => _ = new Batch(plan, [zeros(8, 5), zeros(7, 2)]));
        TensorAssert.Throws<PplShapeException>(
            "x: the tensor is a single number; it needs the plate's rows as its leading dimension.",
            () => _ = new Batch(plan, [tensor(1.0), zeros(7, 2)]));
        TensorAssert.Throws<PplShapeException>(
            "x: the tensor of shape (0, 5) has no rows.", () => _ = new Batch(plan, [zeros(0, 5), zeros(0, 2)]));
        var batch = new Batch(plan, [zeros(8, 5), ones(8, 2)]);
        Assert.Equal(8, batch.Count);
        TensorAssert.Shape([3, 2], batch.Slice(2, 3)["c"]);
    }

    private static void Observe(Distribution distribution, Tensor value)
        => new SiteTerms(Plates.Rows(1, 8), TermForm.Sampled).Observed(X, distribution, value);
}
