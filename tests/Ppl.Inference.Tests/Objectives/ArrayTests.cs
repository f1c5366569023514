using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>Objectives that look at single latents, of models whose latents are arrays.</summary>
public sealed class ArrayTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    /// <summary>A name that is no element's would weigh nothing, without a word.</summary>
    [Theory]
    [InlineData("h[3]")]
    [InlineData("h[-1]")]
    [InlineData("h[01]")]
    [InlineData("H")]
    public void A_weight_of_no_element_is_refused(string name)
    {
        using var model = new SmallLadder();
        using var guide = model.CreateGuide();
        var objective = Objective.Elbo(betas: new Dictionary<string, Schedule> { [name] = 7 });
        var fault = Assert.Throws<PplArgumentException>(() => new Svi(model, guide, objective));
        Assert.Contains($"has no latent '{name}'; its latents are h[0], h[1], h[2].", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>The first element has one prior for all rows, the others one that follows it: their codes are compared with none.</summary>
    [Theory]
    [InlineData("h")]
    [InlineData("h[1]")]
    public void An_element_whose_prior_follows_another_is_no_code(string name)
    {
        using var model = new SmallLadder();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplArgumentException>(() => new Svi(model, guide, Objective.Wae(1, latents: [name])));
        Assert.Equal("h[1]", fault.Site);
        Assert.Contains("its prior follows other latents", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Before the first batch nobody knows how many elements there are: nothing is refused for want of them.</summary>
    [Theory]
    [InlineData("beta")]
    [InlineData("beta of one")]
    [InlineData("free bits")]
    [InlineData("constrained")]
    [InlineData("WAE")]
    [InlineData("FactorVAE")]
    public void An_array_whose_length_data_tell_is_trained(string name)
    {
        using var model = new Series();
        using var guide = model.CreateGuide();
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet };
        using var svi = new Svi(model, guide, Named(name), settings: settings);
        using var result = svi.Step(randn(6, 4, 1));
        Assert.True(double.IsFinite(result.Bound));
    }

    [Theory]
    [InlineData("beta of none")]
    [InlineData("free bits of none")]
    [InlineData("WAE of a follower")]
    [InlineData("WAE of none")]
    [InlineData("FactorVAE of none")]
    public void What_is_wrong_for_its_elements_is_found_at_the_first_batch(string name)
    {
        using var model = new Series();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Named(name), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var message = Assert.Throws<PplArgumentException>(() => svi.Step(randn(6, 4, 1))).Message;
        Assert.Contains(name.EndsWith("none", StringComparison.Ordinal) ? "no latent 'z[9]'" : "its prior follows", message, StringComparison.Ordinal);
    }

    private static Objective Named(string name) => name switch
    {
        "beta" => Objective.Elbo(beta: 2),
        "beta of one" => Objective.Elbo(betas: new Dictionary<string, Schedule> { ["z[2]"] = 2 }),
        "beta of none" => Objective.Elbo(betas: new Dictionary<string, Schedule> { ["z[9]"] = 2 }),
        "free bits" => Objective.FreeBits(1, [["z[1]", "z[2]"]]),
        "free bits of none" => Objective.FreeBits(1, [["z[1]", "z[9]"]]),
        "constrained" => Objective.Constrained(1),
        "WAE" => Objective.Wae(1, latents: ["z[0]"]),
        "WAE of a follower" => Objective.Wae(1, latents: ["z[1]"]),
        "WAE of none" => Objective.Wae(1, latents: ["z[9]"]),
        "FactorVAE" => Objective.FactorVae(Linear(2, 1), 1, latents: ["z[1]", "z[2]"]),
        "FactorVAE of none" => Objective.FactorVae(Linear(2, 1), 1, latents: ["z[9]"]),
        _ => throw new ArgumentException(name, nameof(name)),
    };
}

/// <summary>A series as long as its data.</summary>
internal sealed partial class Series : GenerativeModel
{
    private readonly Module<Tensor, Tensor> next = Linear(1, 1);

    public Series() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[x.shape[1]];
        for (var t = 0; t < x.shape[1]; t++)
        {
            if (t == 0) z[t] = Sample(Normal(0, 1).Expand(1));
            else z[t] = Sample(Normal(next.call(z[t - 1]), 0.5));
            Observe(x[.., t], Normal(z[t], 0.3));
        }
    }
}
