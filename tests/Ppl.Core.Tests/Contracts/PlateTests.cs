using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Contracts;

/// <summary>Sites in no plate, in complete plates and in several: shapes, terms, scales and messages.</summary>
public sealed class PlateTests : IDisposable
{
    private const long B = 4;
    private const long M = 3;
    private const int K = 2;

    private static readonly PlateInfo Items = new() { Name = "items", Index = 1, Sources = [new(0, 1)] };
    private static readonly PlateInfo County = new() { Name = "county", Index = 2 };

    private static readonly SiteInfo Y = new()
    {
        Name = "y",
        Kind = SiteKind.Observed,
        Slot = 0,
        Family = "Normal",
        Plates = [Plates.Data, Items],
        Depends = [true, true],
        Line = 1,
        DistributionText = "",
    };

    private static readonly SiteInfo Mu = Y with { Name = "mu", Kind = SiteKind.Latent, Plates = [], Depends = [] };

    private static readonly SiteInfo Effect = Mu with { Name = "effect", Plates = [County], Depends = [false] };

    private static readonly ModelPlan Plan = Plates.Plan(Plates.Data, Items, County) with
    {
        Inputs = [new("y", true, [Plates.Data, Items]), new("u", false, [Plates.Data]), new("shared", false, [])],
        Sites = [Mu, Effect, Y],
    };

    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public PlateTests() => manual_seed(3);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_batch_knows_size_total_and_rows_of_each_plate()
    {
        var batch = new Batch(Plan, [zeros(B, M), zeros(B, 2), zeros(7)], [10], new[] { 3, 1, 9, 0 });
        Assert.Equal((B, 10, M, M, 0), (batch.Size(Plates.Data), batch.Total(Plates.Data), batch.Size(Items), batch.Total(Items), batch.Size(County)));
        Assert.Equal([3, 1, 9, 0], batch.Rows(Plates.Data).data<long>().ToArray());
        Assert.True(batch.IsPart);
        var some = batch.Slice(1, 2);
        TensorAssert.Shape([2, M], some[0]);
        TensorAssert.Shape([7], some[2]);
        Assert.Equal((2L, 10L), (some.Size(Plates.Data), some.Total(Plates.Data)));
        Assert.Equal([1, 9], some.Rows(Plates.Data).data<long>().ToArray());
        var whole = new Batch(Plan, zeros(B, M), zeros(B, 2), zeros(7));
        Assert.False(whole.IsPart);
        Assert.Equal([2, 3], whole.Slice(2, 2).Rows(Plates.Data).data<long>().ToArray());
    }

    [Fact]
    public void A_batch_refuses_plates_that_disagree()
    {
        TensorAssert.Throws<PplShapeException>(
            "y: the tensor has shape (4); its leading dimensions are the plates 'data' and 'items'.",
            () => _ = new Batch(Plan, zeros(B), zeros(B, 2), zeros(7)));
        TensorAssert.Throws<PplShapeException>(
            "u: 5 rows (shape (5, 2)), but y has 4 (shape (4, 3)); all tensors of a plate have the same rows.",
            () => _ = new Batch(Plan, zeros(B, M), zeros(5, 2), zeros(7)));
        TensorAssert.Throws<PplShapeException>(
            "y: the tensor of shape (4, 0) has no elements in plate 'items'.", () => _ = new Batch(Plan, zeros([B, 0]), zeros(B, 2), zeros(7)));
        var two = Plan with { Inputs = [new("y", true, [Plates.Data, Items]), new("w", true, [Plates.Data, Items])] };
        TensorAssert.Throws<PplShapeException>(
            "w: plate 'items' has size 2 in its shape (4, 2), but 3 in that of y, (4, 3); all tensors of a plate have the same size.",
            () => _ = new Batch(two, zeros(B, M), zeros(B, 2)));
        TensorAssert.Throws<PplArgumentException>(
            "plate 'data' has 4 rows in the batch, and 3 in all: it cannot have fewer.",
            () => _ = new Batch(Plan, [zeros(B, M), zeros(B, 2), zeros(7)], [3]));
        TensorAssert.Throws<PplArgumentException>(
            "plate 'data' has 4 rows; 2 row numbers were given.",
            () => _ = new Batch(Plan, [zeros(B, M), zeros(B, 2), zeros(7)], null, new[] { 1, 2 }));
        TensorAssert.Throws<PplArgumentException>(
            "plate 'data' has 10 rows in all; row number 10, at 2, is not from 0 to 9.",
            () => _ = new Batch(Plan, [zeros(B, M), zeros(B, 2), zeros(7)], [10], new[] { 1, 2, 10, -1 }));
    }

    [Fact]
    public void A_layout_gives_each_sites_dimensions()
    {
        var layout = new Layout(new Batch(Plan, [zeros(B, M), zeros(B, 2), zeros(7)], [10]), K);
        TensorAssert.Throws<PplArgumentException>(
            "plate 'county' has not been opened in this pass, so that its size is not known.", () => layout.ValuePlates(Effect));
        layout.Open(County, 5);
        layout.Open(County, 5);
        TensorAssert.Throws<PplArgumentException>(
            "plate 'county' had size 5 before in this pass, and has 6 now.", () => layout.Open(County, 6));
        TensorAssert.Throws<PplArgumentException>("plate 'county' has size 0; a plate has at least 1.", () => layout.Open(County, 0));
        Assert.Equal(([K * B, M], [5], []), (layout.ValuePlates(Y), layout.ValuePlates(Effect), layout.ValuePlates(Mu)), ShapesEqual);
        Assert.Equal(([K, B, M], [1, 5], [1]), (layout.TermPlates(Y), layout.TermPlates(Effect), layout.TermPlates(Mu)), ShapesEqual);
        Assert.Equal((2.5, 1, 1), (layout.Scale(Y), layout.Scale(Effect), layout.Scale(Mu)));
        Assert.Equal("particle 2, data 4 of 10, items 3", string.Join(", ", layout.Axes(Y, K).Select(axis => axis.ToString())));
        Assert.Equal("2 particles; data 4 of 10, items 3, county 5", layout.ToString());
        Assert.True(Plan.HasOuterLatents);
        Assert.False(Plan.IsPerDatum);
    }

    /// <summary>A plate that the distribution does not depend on has size 1 in it, or its own.</summary>
    [Theory]
    [InlineData(B, M, true, true)]
    [InlineData(K * B, M, true, true)]
    [InlineData(K * B, 1, true, false)]
    [InlineData(B, 1, true, false)]
    [InlineData(1, M, false, true)]
    [InlineData(B, M, false, true)]
    [InlineData(K * B, M, false, false)]
    public void Terms_have_particles_and_all_plates(long rows, long items, bool onRows, bool onItems)
    {
        var layout = new Layout(Plan, K, B, M, 0);
        var site = Y with { Depends = [onRows || !onItems, onItems] };
        var p = new Normal(Double(rows, items, 2), Double(items, 1).exp());
        var q = new Normal(Double(B, M, 2), Double(B, M, 2).exp());
        var z = layout.Rows(Plates.Data).Draw(q);
        var terms = new SiteTerms(layout, TermForm.Sampled);
        terms.Latent(site with { Kind = SiteKind.Latent }, q, p, z);
        terms.Observed(site, p, z.narrow(0, 0, B));
        for (var k = 0; k < K; k++)
        {
            var own = new Normal(rows == K * B ? p.Loc.Tensor!.narrow(0, k * B, B) : p.Loc, p.Scale);
            TensorAssert.Close(own.LogProb(z.narrow(0, k * B, B)).sum(-1), terms[0].LogP![k]);
            TensorAssert.Close(q.LogProb(z.narrow(0, k * B, B)).sum(-1), terms[0].LogQ![k]);
            TensorAssert.Close(own.LogProb(z.narrow(0, 0, B)).sum(-1), terms[1].LogP![rows == K * B ? k : 0]);
        }
    }

    [Fact]
    public void Terms_outside_rows_have_one_particle()
    {
        var layout = new Layout(Plan, K, B, M, 0);
        layout.Open(County, 5);
        var terms = new SiteTerms(layout, TermForm.ClosedFormWhereLegal);
        var (q, prior) = (new Normal(Double(5, 2), Double(5, 2).exp()), new Normal(0, 1).Expand(2));
        var value = q.RSample();
        terms.Latent(Effect, q, prior, value);
        terms.Latent(Effect with { Kl = KlChoice.ClosedForm }, q, prior, value);
        var global = new Normal(Double(2), 0.5);
        terms.Latent(Mu, global, prior, value[0]);
        terms.Latent(Mu with { Kl = KlChoice.ClosedForm }, global, prior, value[0]);
        TensorAssert.Close(prior.LogProb(value).sum(-1).unsqueeze(0), terms[0].LogP!);
        TensorAssert.Close(q.LogProb(value).sum(-1).unsqueeze(0), terms[0].LogQ!);
        TensorAssert.Close(Divergence.Kl(q, prior).sum(-1).unsqueeze(0), terms[1].Kl!);
        TensorAssert.Close(prior.LogProb(value[0]).sum().unsqueeze(0), terms[2].LogP!);
        TensorAssert.Close(Divergence.Kl(global, prior).sum().unsqueeze(0), terms[3].Kl!);
    }

    [Fact]
    public void The_log_joint_scales_local_terms()
    {
        var batch = new Batch(Plan, [Double(B, M), zeros(B, 2), zeros(7)], [10]);
        var terms = new SiteTerms(new Layout(batch, 1), TermForm.Sampled);
        var p = new Normal(0, 1);
        terms.Given(Mu, p, tensor(0.5, ScalarType.Float64));
        terms.Observed(Y with { Depends = [false, false] }, p, batch[0]);
        TensorAssert.Close(p.LogProb(tensor(0.5, ScalarType.Float64)) + 2.5 * p.LogProb(batch[0]).sum(), terms.LogJoint());
        var alone = Plates.Plan(Plates.Data, Items) with { Sites = [Y] };
        var rows = new SiteTerms(new Layout(alone, 1, B, M), TermForm.Sampled);
        rows.Observed(Y with { Depends = [false, false] }, p, batch[0]);
        TensorAssert.Close(p.LogProb(batch[0]).sum(-1), rows.LogJoint());
    }

    [Fact]
    public void Messages_name_every_plate_and_size()
    {
        var layout = new Layout(Plan, K, B, M, 5);
        Refused(
            "y: Normal depends on plate 'data' and plate 'items', so its shape must begin with the sizes of its plates "
            + "(data: 4 rows (8 with 2 particles), items: size 3); found (4). A network or a reduction has lost a leading dimension, "
            + "or it lacks that of plate 'items': give it by unsqueeze.",
            Y, new Normal(zeros(B), 1), zeros(B, M));
        Refused(
            "y: Normal depends on plate 'data' and plate 'items', so its shape must begin with the sizes of its plates "
            + "(data: 4 rows (8 with 2 particles), items: size 3); found (4, 1). "
            + "A parameter of one element broadcasts over the plate: expand it to the elements.",
            Y, new Normal(zeros(B, 1), 1), zeros(B, M));
        Refused(
            "y: Normal depends on plate 'data', so its shape must begin with the sizes of its plates "
            + "(data: 4 rows (8 with 2 particles), items: size 3); found (4, 2). "
            + "Keep the plates first in every parameter, outermost first; a dimension of 1 stands for a plate that it does not depend on.",
            Y with { Depends = [true, false] }, new Normal(zeros(B, 2), 1), zeros(B, M));
        Refused(
            "y: the observed value has shape (4, 2), but plate 'items' has size 3, and is its dimension 1.",
            Y, new Normal(zeros(B, M), 1), zeros(B, 2));
        Refused(
            "y: the observed value has shape (4, 3, 2) and Normal has shape (4, 3): in plate 'data' of 4 rows (8 with 2 particles) and "
            + "plate 'items' of size 3 the event of the value is (2), that of the distribution (). "
            + "To repeat the distribution over the event write Normal(...).Expand(-1, -1, 2), after unsqueeze of its parameters.",
            Y, new Normal(zeros(B, M), 1), zeros(B, M, 2));
        Refused(
            "mu: the observed value has shape (4) and Normal has shape (): outside every plate the event of the value is (4), "
            + "that of the distribution (). To repeat the distribution over the event write Normal(...).Expand(4).",
            Mu, new Normal(0, 1), zeros(B));
        TensorAssert.Throws<PplShapeException>(
            "effect: the value has shape (4), but Normal() in plate 'county' of size 5 draws (5).",
            () => new SiteTerms(layout, TermForm.Sampled).Given(Effect, new Normal(0, 1), zeros(4)));
        TensorAssert.Throws<PplShapeException>(
            "effect: the guide's Normal has shape (4), but Normal() in plate 'county' of size 5 needs (5). "
            + "Its parameters are free: one for each number of the value.",
            () => new SiteTerms(layout, TermForm.Sampled).Latent(Effect, new Normal(zeros(4), 1), new Normal(0, 1), zeros(5)));

        void Refused(string message, SiteInfo site, Distribution distribution, Tensor value) =>
            TensorAssert.Throws<PplShapeException>(message, () => new SiteTerms(layout, TermForm.Sampled).Observed(site, distribution, value));
    }

    [Fact]
    public void A_simulation_draws_each_element_for_itself()
    {
        using var model = new Nothing();
        var simulation = new Simulation(model, Plan, [0, M, 0], zeros(B, 2), zeros(7));
        simulation.Layout.Open(County, 5);
        TensorAssert.Shape([], simulation.Latent(Mu, new Normal(0, 1)));
        TensorAssert.Shape([5, 2], simulation.Latent(Effect, new Normal(0, 1).Expand(2)));
        var y = simulation.Observed(Y with { Depends = [true, false] }, new Normal(zeros(B, 1), 1)).Value;
        TensorAssert.Shape([B, M], y);
        Assert.True((y.narrow(1, 0, 1) - y.narrow(1, 1, 1)).abs().min().item<float>() > 0);
        TensorAssert.Throws<PplArgumentException>(
            "A simulation needs the size of plate 'items', at least 1; found 0.",
            () => _ = new Simulation(model, Plan, [B, 0, 0], zeros(B, 2), zeros(7)));
        TensorAssert.Throws<PplArgumentException>(
            "Example has 3 plates (data, items, county); 1 sizes were given.", () => _ = new Simulation(model, Plan, [B], zeros(B, 2), zeros(7)));
        TensorAssert.Throws<PplShapeException>(
            "u: the covariate has shape (4, 2), but 6 rows are simulated: its leading dimension must be 6.",
            () => _ = new Simulation(model, Plan, [6, M, 0], zeros(B, 2), zeros(7)));
    }

    private static bool ShapesEqual((long[] A, long[] B, long[] C) x, (long[] A, long[] B, long[] C) y) =>
        x.A.SequenceEqual(y.A) && x.B.SequenceEqual(y.B) && x.C.SequenceEqual(y.C);

    private static Tensor Double(params long[] shape) => randn(shape, ScalarType.Float64);

    private sealed class Nothing : GenerativeModel;
}
