using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>Encoders of groups that pool their children: <c>Posterior.Pooled</c>.</summary>
public sealed class PooledTests
{
    [Theory]
    [InlineData(Pooling.Mean)]
    [InlineData(Pooling.Sum)]
    public void A_group_has_the_pooled_features_of_the_children_that_are_there(Pooling by)
    {
        using var scope = NewDisposeScope();
        var (guide, scores, present) = Classes(Posterior.Diagonal(hidden: [7]).Pooled(by: by));
        var own = guide.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        Assert.Equal(
            [
                "level.children.pupil.0.bias", "level.children.pupil.0.weight", "level.head.linear.bias", "level.head.linear.weight",
                "level.network.0.bias", "level.network.0.weight",
            ],
            own.Keys.Order(StringComparer.Ordinal));
        Tensor Layer(string name, Tensor input) => input.matmul(own[$"level.{name}.weight"].t()) + own[$"level.{name}.bias"];
        var seen = stack([scores.nan_to_num(0), present.to(ScalarType.Float32)], -1);
        var pooled = (Layer("children.pupil.0", seen).relu() * present.unsqueeze(-1)).sum(1);
        if (by == Pooling.Mean) pooled = pooled / present.sum(1, keepdim: true).clamp(min: 1);
        var mean = Layer("head.linear", Layer("network.0", pooled).relu()).select(1, 0);
        var found = guide.Draw(guide.Batch(scores, present), 3).Distributions[0].Mean;
        Assert.True((mean - found).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void The_order_of_children_does_not_matter()
    {
        using var scope = NewDisposeScope();
        var (guide, scores, present) = Classes(Posterior.Default().Pooled());
        var order = tensor(new long[] { 2, 0, 3, 1 });
        Assert.True(Distance(guide, (scores, present), (scores.index_select(1, order), present.index_select(1, order))) < 1e-6);

        // Which child is there does matter.
        var all = scores.nan_to_num(2);
        Assert.True(Distance(guide, (all, present), (all.index_select(1, order), present)) > 1e-3);
    }

    [Fact]
    public void What_fills_a_ragged_table_does_not_matter_nor_how_much_of_it_there_is()
    {
        using var scope = NewDisposeScope();
        var (guide, scores, present) = Classes(Posterior.Default().Pooled(by: Pooling.Sum));
        Assert.Equal(0, Distance(guide, (scores, present), (scores.nan_to_num(1e6), present)));
        var wide = (cat([scores, full(5, 2, double.NaN)], 1), cat([present, zeros(5, 2).gt(0)], 1));
        Assert.True(Distance(guide, (scores, present), wide) < 1e-6);
    }

    [Fact]
    public void A_group_without_children_has_a_factor()
    {
        using var scope = NewDisposeScope();
        var (guide, scores, _) = Classes(Posterior.Default().Pooled());
        var q = guide.Draw(guide.Batch(scores, zeros_like(scores).gt(0)), 1).Distributions[0];
        Assert.True(q.Mean.isfinite().all().item<bool>());
        Assert.Equal(0, (q.Mean - q.Mean[0]).abs().max().item<float>());
    }

    /// <summary>A pooled factor is the same whether particles fold into rows or are passes of their own, and each sees its own latents.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Latents_of_the_other_plate_are_seen_with_each_child(int particles)
    {
        using var pass = Pass.Prepare(
            Affinities.Entry, disturb: 0.1, guide: m => ((Affinities)m).CreateGuide(taste: Posterior.Diagonal(hidden: [4]).Pooled()));
        Assert.Contains("q(taste | ratings, quality) [pooled by mean]", pass.Guide.ToString(), StringComparison.Ordinal);
        ParityTests.Agree(pass, particles);
        var draws = pass.Guide.Draw(pass.Batch, particles, ParticleScope.Local);
        var folded = pass.Guide.Condition(draws, [.. draws.Latents.Select(z => z.detach())]);
        var one = pass.Guide.Terms(folded, Contracts.TermForm.Sampled);
        var other = pass.Guide.Terms(pass.Guide.Loop(folded), Contracts.TermForm.Sampled);
        Assert.True((ParityTests.Bound(one) - ParityTests.Bound(other)).abs().item<double>() < 1e-10);
    }

    [Fact]
    public void It_trains_with_a_network_of_ones_own()
    {
        using var scope = NewDisposeScope();
        using var model = new ClassLevels();
        using var each = Linear(2, 5);
        using var guide = model.CreateGuide(level: Posterior.Default(hidden: []).Pooled(Sequential(each, Tanh()), Pooling.Sum));
        var (scores, present) = Data();
        using var svi = new Svi(model, guide, Objective.Iwae(3), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var before = each.weight!.detach().clone();
        svi.Fit([scores, present], steps: 5);
        Assert.True((each.weight - before).abs().max().item<float>() > 0);
        Assert.Contains("level.children.0.weight", guide.state_dict().Keys);
    }

    /// <summary>More numbers of a class in all than its network takes of a child: the checkpoint tells that they are one a child.</summary>
    [Fact]
    public void A_checkpoint_sizes_the_networks_of_children()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        float[] Train(string? restored, int epochs, string? saved)
        {
            using (manual_seed(4))
            {
            }

            var (scores, present) = Data();
            using var data = Ppl.Data.Dataset.From("classes", ("scores", scores), ("present", present));
            using var model = new ClassLevels();
            using var guide = model.CreateGuide(level: Posterior.Default(hidden: [3]).Pooled());
            using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
            if (restored is not null) svi.Restore(restored);
            svi.Fit(data, epochs, batchSize: 2);
            if (saved is not null) svi.Save(saved);
            return [.. guide.parameters().SelectMany(parameter => parameter.flatten().data<float>().ToArray())];
        }

        var straight = Train(null, 4, null);
        Train(null, 2, folder.File("pooled.ckpt"));
        Assert.Equal(straight, Train(folder.File("pooled.ckpt"), 2, null));
    }

    [Fact]
    public void What_cannot_be_pooled_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        string Fault(Func<object> make) => Assert.Throws<PplArgumentException>(make).Message;
        using var vae = new Vae();
        Assert.Equal(
            "z: its encoder sees nothing of a plate inside data, which could be pooled (x): leave Pooled out.",
            Fault(() => vae.CreateGuide(z: Posterior.Default().Pooled())));
        using var ratings = new Affinities();
        Assert.Equal(
            "quality: it is outside the data's rows, where parameters are free: no encoder sees children. Leave Pooled out.",
            Fault(() => ratings.CreateGuide(quality: Posterior.Default().Pooled())));
        using var level = Linear(1, 1);
        Assert.Throws<PplArgumentException>(() => Posterior.Default().Pooled().Above(new BottomUp(level), 1));
        Assert.Throws<PplArgumentException>(() => Posterior.Default().Above(new BottomUp(level), 1).Pooled());
        Assert.Throws<PplArgumentException>(() => Posterior.Default().Pooled().Free());
        Assert.Throws<PplArgumentException>(() => Posterior.Default().Free().Pooled());
        Assert.Throws<PplArgumentException>(() => Posterior.Default().Pooled().Shared());
        Assert.Throws<PplArgumentException>(() => Posterior.Default().Shared().Pooled());
        Assert.Equal("Diagonal, pooled by sum", Posterior.Diagonal().Pooled(by: Pooling.Sum).ToString());
    }

    [Fact]
    public void Which_children_are_there_is_known_in_the_guides_pass_alone()
    {
        using var scope = NewDisposeScope();
        var (guide, scores, present) = Classes(Posterior.Default().Pooled());
        var fault = Assert.Throws<PplArgumentException>(() => guide.level.Encode(scores, present.to(ScalarType.Float32)));
        Assert.Equal(
            "level: some of scores may be missing, and which is known in a pass of the guide alone: call Encode with the guide's pass.",
            fault.Message);
    }

    private static float Distance(Guide guide, (Tensor, Tensor) one, (Tensor, Tensor) other)
    {
        Tensor Mean((Tensor, Tensor) data) => guide.Draw(guide.Batch(data.Item1, data.Item2), 1).Distributions[0].Mean;
        return (Mean(one) - Mean(other)).abs().max().item<float>();
    }

    private static (ClassLevels.Guide Guide, Tensor Scores, Tensor Present) Classes(Posterior level)
    {
        var guide = new ClassLevels().CreateGuide(level: level);
        var (scores, present) = Data();
        guide.Prepare(guide.Batch(scores, present));
        return (guide, scores, present);
    }

    private static (Tensor Scores, Tensor Present) Data()
    {
        using (manual_seed(2))
        {
        }

        var present = (arange(5).unsqueeze(1) + arange(4)).remainder(3).gt(0);
        return (where(present, randn(5, 4), full(5, 4, double.NaN).to(ScalarType.Float32)), present);
    }
}

/// <summary>Groups of different sizes in a table that has room for the largest.</summary>
internal sealed partial class ClassLevels : GenerativeModel
{
    [Model]
    private void Generate(Tensor scores, Tensor present)
    {
        using var school = Plate(scores, present);
        var level = Sample(Normal(0, 1));
        using var pupil = Plate(scores, present);
        Observe(scores, Normal(level.unsqueeze(1), 0.5), where: present);
    }
}

/// <summary>Crossed plates: a taste of each user, a quality of each item, and a rating of each pair.</summary>
internal sealed partial class Affinities : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Affinities", () => new Affinities(), (n, t) => [CatalogueEntry.Real(t, n, 3)], [], []);

    private readonly TorchSharp.Modules.Parameter slope = Parameter(ones(1));

    public Affinities() => RegisterComponents();

    [Model]
    private void Generate(Tensor ratings)
    {
        var user = Plate(ratings);
        var item = Plate(ratings);
        var taste = Sample(Normal(0, 1), within: user);
        var quality = Sample(Normal(0, 1), within: item);
        Observe(ratings, Normal((slope * taste).unsqueeze(1) + quality, 1), within: (user, item));
    }
}
