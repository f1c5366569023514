using Ppl.Data;
using Ppl.Distributions;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Parameters for each row that start at the answers of another guide's encoders.</summary>
public sealed class StartFromTests
{
    public static TheoryData<string> Families => ["Diagonal", "FullCovariance", "LowRank"];

    /// <summary>q of each row is that of the encoder to the last digit, whole or part by part, also where parts do not follow each other.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void A_row_starts_at_the_encoders_answer(string family)
    {
        using var scope = NewDisposeScope();
        using var pass = Pass.Prepare(MeanFieldLayers.Entry, rows: 7, guide: m => ((MeanFieldLayers)m).CreateGuide(h2: Of(family), h1: Of(family)));
        var (model, amortized) = ((MeanFieldLayers)pass.Model, (MeanFieldLayers.Guide)pass.Guide);
        var (x, c) = (pass.Batch[0], pass.Batch[1]);
        using var whole = model.CreateGuide(h2: Of(family).Free(), h1: Of(family).Free());
        whole.StartFrom(amortized, pass.Batch);
        using var parts = model.CreateGuide(h2: Of(family).Free(), h1: Of(family).Free());
        foreach (var rows in new int[][] { [4, 0, 6], [1, 2], [5, 3] })
        {
            var some = tensor(rows).to(ScalarType.Int64);
            parts.StartFrom(amortized, parts.Batch([x.index_select(0, some), c.index_select(0, some)], totals: [7], rows));
        }

        foreach (var free in new[] { whole, parts })
        {
            var found = free.Draw(free.Batch(x, c), 1).Distributions;
            Same((Distribution)amortized.h2.Encode(x, c), found[0]);
            Same((Distribution)amortized.h1.Encode(x, c), found[1]);
        }
    }

    /// <summary>Steps from there raise the bound of each row's own factor above the encoder's, at the same model.</summary>
    [Fact]
    public void Steps_raise_the_bound_and_leave_the_model_alone()
    {
        using var scope = NewDisposeScope();
        using var pass = Pass.Prepare(MeanFieldLayers.Entry, rows: 6);
        var (model, amortized) = ((MeanFieldLayers)pass.Model, pass.Guide);
        var (x, c) = (pass.Batch[0], pass.Batch[1]);
        using var data = Dataset.From("rows", ("x", x), ("c", c));
        using var local = model.CreateGuide(h2: Posterior.Diagonal().Free(), h1: Posterior.Diagonal().Free());
        local.StartFrom(amortized, pass.Batch);
        var weights = model.parameters().Select(p => p.detach().clone()).ToList();
        var before = Bound(amortized);
        Assert.Equal(before, Bound(local), 1e-10);
        using var svi = new Svi(
            model, local, Objective.Elbo(10), parameters => optim.Adam(parameters, lr: 0.05), new SviSettings { Reporter = ITrainingReporter.Quiet });
        svi.Freeze("model.*");
        svi.Fit([x, c], steps: 200);
        Assert.True(Bound(local) > before + 0.5);
        Assert.All(model.parameters().Zip(weights), pair => Assert.True(pair.First.bytes.SequenceEqual(pair.Second.bytes)));

        // The same rows to a batch for both, and so the same noise.
        double Bound(Guide guide) => Evaluate.Bound(model, guide, data, Objective.Elbo(500), new EvaluationOptions { MemoryBudget = 1 << 28 }).Bound;
    }

    [Fact]
    public void What_cannot_start_there_is_refused()
    {
        using var scope = NewDisposeScope();
        using var pass = Pass.Prepare(MeanFieldLayers.Entry, rows: 4);
        var model = (MeanFieldLayers)pass.Model;
        Refused(model.CreateGuide(), pass.Guide, pass.Batch, "no factor of this guide has parameters for each row: make one by Posterior.Free().");
        Refused(
            model.CreateGuide(h1: Posterior.FullCovariance().Free()), pass.Guide, pass.Batch,
            "h1: its rows' parameters cannot start at the other guide's answers: it is of the family FullCovariance, and the other guide's of Default.");
        using var free = model.CreateGuide(h1: Posterior.Diagonal().Free());
        Refused(free, model.CreateGuide(), pass.Batch, "The guide of MeanFieldLayers has no encoders yet: call Prepare with a first batch.");
        free.StartFrom(pass.Guide, pass.Batch);
        Refused(
            free, free, pass.Batch,
            "h1: its rows' parameters cannot start at the other guide's answers: the other guide's factor has parameters for each row itself.");
        using var other = new MeanFieldLayers();
        Refused(other.CreateGuide(), pass.Guide, pass.Batch, "amortized: the guide that this one starts from is of another MeanFieldLayers.");

        using var layers = Pass.Prepare(TwoLayers.Entry, rows: 4);
        var names = layers.Guide.Steps.Select(step => step.Latent).ToList();
        using var follower = ((TwoLayers)layers.Model).CreateGuide(h2: Posterior.Diagonal().Free());
        Refused(
            follower, layers.Guide, layers.Batch,
            "h2: its rows' parameters cannot start at the other guide's answers: the other guide's factor follows latents, and numbers for each row "
            + "do not: [Model(Guide = GuideStructure.MeanField)] gives factors that see data alone.");
    }

    private static void Refused(Guide guide, Guide amortized, Contracts.Batch batch, string message) =>
        Assert.Equal(message, Assert.Throws<PplArgumentException>(() => guide.StartFrom(amortized, batch)).Message);

    private static Posterior Of(string family) => family switch
    {
        "Diagonal" => Posterior.Diagonal(),
        "FullCovariance" => Posterior.FullCovariance(),
        _ => Posterior.LowRank(1),
    };

    private static void Same(Distribution expected, Distribution found)
    {
        Assert.True((expected.Mean - found.Mean).abs().max().item<double>() < 1e-12);
        Assert.True((expected.Variance - found.Variance).abs().max().item<double>() < 1e-12);
    }
}
