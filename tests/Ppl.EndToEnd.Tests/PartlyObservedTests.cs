using Ppl.Contracts;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>Latents whose values are known in some rows: observed there, drawn elsewhere.</summary>
public sealed class PartlyObservedTests
{
    /// <summary>The bound is that of two models: one in which the latent is data, on the rows where it is known, and one in which it never is.</summary>
    [Theory]
    [InlineData(1, TermForm.Sampled)]
    [InlineData(1, TermForm.ClosedFormWhereLegal)]
    [InlineData(3, TermForm.Sampled)]
    [InlineData(3, TermForm.ClosedFormWhereLegal)]
    public void The_bound_is_that_of_known_rows_and_of_unknown_ones(int particles, TermForm form)
    {
        using var pass = Pass.Prepare(Models.Get("Labels"), rows: 7);
        var (guide, model) = ((Labels.Guide)pass.Guide, (Labels)pass.Model);
        var draws = guide.Draw(pass.Batch, particles);
        var whole = ParityTests.Bound(guide.Terms(draws, form));
        var gradient = pass.Gradient(whole);
        var rows = draws.Layout.Rows(guide.Plan.Plates[0]);
        Tensor Of(Tensor z, Tensor index) => rows.Unfold(z).index_select(1, index).flatten(0, 1);

        // Where it is not known, the model without what is known of it; its draw is the one above.
        var unknown = pass.Batch["known"].eq(0).nonzero().flatten();
        var absent = guide.Batch([pass.Batch["x"].index_select(0, unknown), null, pass.Batch["known"].index_select(0, unknown)]);
        var first = guide.Terms(guide.Condition(guide.Draw(absent, particles), [.. draws.Latents.Select(z => Of(z, unknown))]), form);

        // Where it is known it is data, with the distribution that it has as a latent; the guide of the style sees it.
        var known = pass.Batch["known"].nonzero().flatten();
        using var other = new LabelsKnown(model);
        using var its = other.CreateGuide();
        Tensor[] data = [.. new[] { "x", "told" }.Select(name => pass.Batch[name].index_select(0, known))];
        its.Prepare(its.Batch(data));
        foreach (var (to, from) in its.style.parameters().Zip(guide.style.parameters()))
        {
            using var grad = no_grad();
            to.copy_(from);
        }

        var second = its.Terms(its.Condition(its.Draw(its.Batch(data), particles), [Of(draws.Latents[0], known)]), form);
        var apart = ParityTests.Bound(first) + ParityTests.Bound(second);
        Assert.Equal(apart.item<double>(), whole.item<double>(), 1e-10);

        // The gradient of the second model's guide is that of this one's encoder of the style.
        its.zero_grad();
        var expected = pass.Gradient(apart);
        var start = model.parameters().Sum(p => p.numel());
        foreach (var (name, parameter) in guide.named_parameters())
        {
            if (name.StartsWith("style.", StringComparison.Ordinal))
            {
                var added = its.get_parameter(name)!.grad!.flatten();
                expected.narrow(0, start, added.numel()).add_(added);
            }

            start += parameter.numel();
        }

        Assert.True((expected - gradient).abs().max().item<double>() < 1e-10 * (1 + expected.abs().max().item<double>()));
    }

    /// <summary>y ~ N(z, 1), z ~ N(0, 1) known in some rows: log p(y, known z) in closed form, at the exact posterior of the others.</summary>
    [Fact]
    public void The_evidence_of_data_and_known_latents_is_reached()
    {
        using var scope = NewDisposeScope();
        var y = tensor(new[] { 0.3, -1.2, 2.0, 0.7 }).unsqueeze(1);
        var z = tensor(new[] { double.NaN, 0.5, double.NaN, -0.4 }).unsqueeze(1);
        var known = z.squeeze(1).isfinite();
        using var model = new KnownMeans();
        using var guide = model.CreateGuide(z: Posterior.Diagonal(Linear(1, 1, dtype: ScalarType.Float64)));
        var batch = guide.Batch(y, z, known);
        guide.Prepare(batch);
        using (no_grad())
        {
            // q(z | y) = N(y / 2, 1/2), which is the posterior where z is not known.
            var head = guide.z.Head.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            guide.z.Network!.get_parameter("weight")!.fill_(1);
            guide.z.Network.get_parameter("bias")!.fill_(0);
            head["linear.weight"].copy_(tensor(new[,] { { 0.5 }, { 0 } }));
            head["linear.bias"].copy_(tensor(new[] { 0, 0.5 * Math.Log(0.5) }));
        }

        var terms = guide.Terms(guide.Draw(batch, 1), TermForm.Sampled);
        double Log(double value, double mean, double variance) => (-0.5 * Math.Log(2 * Math.PI * variance)) - ((value - mean) * (value - mean) / (2 * variance));
        var evidence = Log(0.3, 0, 2) + Log(2.0, 0, 2) + Log(0.5, 0, 1) + Log(-1.2, 0.5, 1) + Log(-0.4, 0, 1) + Log(0.7, -0.4, 1);
        Assert.Equal(evidence, ParityTests.Bound(terms).item<double>(), 1e-10);
        Assert.Equal(evidence, 4 * Objective.Iwae(5).Evaluate(guide, batch).Bound, 1e-10);
        var posterior = guide.Posterior(y, z, known, samples: 3);
        Assert.Equal([0.5, 0.5, 0.5], posterior.z.select(1, 1).flatten().contiguous().data<double>().ToArray());

        // Values that are given for what is known give way to it.
        var joint = model.LogJoint(new KnownMeans.Latents(zeros_like(z)), y, z, known);
        Assert.Equal(Log(0.5, 0, 1) + Log(-1.2, 0.5, 1), joint[1].item<double>(), 1e-10);
        Assert.Equal(Log(0, 0, 1) + Log(2, 0, 1), joint[2].item<double>(), 1e-10);
    }

    [Fact]
    public void Nothing_known_at_all_is_a_latent()
    {
        using var pass = Pass.Prepare(Models.Get("Measured"), rows: 4);
        var guide = pass.Guide;
        var (x, measure, known) = (pass.Batch[0], pass.Batch[1], pass.Batch[2]);
        double Bound(Batch batch)
        {
            using (manual_seed(3))
            {
            }

            return ParityTests.Bound(guide.Terms(guide.Draw(batch, 2), TermForm.ClosedFormWhereLegal)).item<double>();
        }

        // Without what is known of it the mask says nothing.
        Assert.Equal(Bound(guide.Batch(x, measure, zeros_like(known))), Bound(guide.Batch(x, null, zeros_like(known))), 1e-12);
        Assert.NotEqual(Bound(guide.Batch(x, measure, ones_like(known))), Bound(guide.Batch(x, null, zeros_like(known))), 1e-3);
        Assert.Equal("x: the tensor is null.", Assert.Throws<PplArgumentException>(() => guide.Batch(null, measure, known)).Message);
    }

    [Theory]
    [InlineData("Labels")]
    [InlineData("Measured")]
    public void What_stands_in_for_unknown_values_does_not_matter(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name), rows: 6);
        var found = new List<(double Bound, Tensor Gradient)>();
        foreach (var stand in new[] { double.NaN, double.PositiveInfinity, -3 })
        {
            var known = pass.Batch["known"].ne(0);
            var data = pass.Batch[1];
            var masked = data.masked_fill((known.dim() == data.dim() ? known : known.unsqueeze(1)).logical_not(), stand);
            using (manual_seed(9))
            {
            }

            var bound = ParityTests.Bound(pass.Guide.Terms(pass.Guide.Draw(pass.Guide.Batch(pass.Batch[0], masked, pass.Batch[2]), 3), TermForm.Sampled));
            found.Add((bound.item<double>(), pass.Gradient(bound)));
        }

        Assert.True(found[0].Gradient.isfinite().all().ToBoolean());
        Assert.All(found, other => Assert.Equal(found[0].Bound, other.Bound));
        Assert.All(found, other => Assert.Equal(0, (found[0].Gradient - other.Gradient).abs().max().item<double>()));
    }

    [Fact]
    public void Known_values_of_another_shape_are_named()
    {
        using var pass = Pass.Prepare(Models.Get("Labels"), rows: 4);
        var fault = Assert.Throws<PplShapeException>(
            () => pass.Guide.Draw(pass.Guide.Batch(pass.Batch[0], pass.Batch[1].narrow(1, 0, 1), pass.Batch[2]), 1));
        Assert.Equal("score: what is known of it, told, has shape (4, 1), and its value in plate 'data' of 4 rows is (4, 2).", fault.Message);
    }

    [Fact]
    public void A_mini_batch_of_a_data_set_trains_with_labels_in_some_rows()
    {
        using var pass = Pass.Prepare(Models.Get("Labels"), rows: 8, type: ScalarType.Float32);
        using var data = Ppl.Data.Dataset.From("labels", ("x", pass.Batch[0]), ("told", pass.Batch[1]), ("known", pass.Batch[2]));
        foreach (var gradient in new[] { GradientForm.Plain, GradientForm.StickingTheLanding })
        {
            using var svi = new Svi(
                pass.Model, pass.Guide, Objective.Elbo(gradient: gradient), parameters => optim.Adam(parameters),
                new SviSettings { Reporter = ITrainingReporter.Quiet });
            svi.Fit(data, epochs: 2, batchSize: 4);
            var bound = svi.Evaluate(data);
            Assert.Equal(bound.Bound, bound.Reconstruction - bound.Kl, 1e-4);
        }
    }
}

/// <summary>The model of which scores are data.</summary>
internal sealed partial class LabelsKnown : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder;

    public LabelsKnown(Labels model)
    {
        decoder = (Module<Tensor, Tensor>)model.named_children().Single().module;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x, Tensor told)
    {
        using var data = Plate(x, told);
        var style = Sample(Normal(0, 1).Expand(2));
        Observe(told, Normal(1, 2).Expand(2));
        Observe(x, Normal(decoder.call(cat([style, told], -1)), 0.5));
    }
}

internal sealed partial class KnownMeans : GenerativeModel
{
    [Model]
    private void Generate(Tensor y, Tensor told, Tensor known)
    {
        using var data = Plate(y, told, known);
        var z = Sample(Normal(0, 1).Expand(1), observed: told, where: known);
        Observe(y, Normal(z, 1));
    }
}
