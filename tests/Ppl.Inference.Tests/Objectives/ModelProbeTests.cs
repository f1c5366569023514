using Ppl.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>What a model does in code that the compiler does not read is found at the first step, and before anything is measured.</summary>
public sealed class ModelProbeTests
{
    public static TheoryData<string, string, string> Faults => new()
    {
        { "doubled latent", "z", "changes its value in place" },
        { "doubled covariate", "c", "changes its value in place" },
        { "doubled data", "x", "changes its value in place" },
        { "in-place module", "z", "changes its value in place" },
        { "noise", "x", "differs from one computation to the next" },
        { "rows", "x", "changes with the number of particles" },
        { "prior's rows", "w", "changes with the number of particles" },
        { "centred", "x", "in one row of plate 'rows' moves with the values of another" },
        { "prior's mean", "w", "in one row of plate 'rows' moves with the values of another" },
        { "kept", "w", "is computed from 'z' by a way that the compiler does not see" },
        { "kept apart", "w", "the prior depends on 'z' by a way that the compiler does not see" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_in_a_method_that_a_model_calls_is_named(string fault, string site, string said)
    {
        using var scope = NewDisposeScope();
        using (manual_seed(1))
        {
        }

        using var model = new Hidden(fault);
        using var guide = model.CreateGuide();
        var (x, c) = (randn(10, 2), randn(10, 2));
        var data = Dataset.From("x", ("x", x), ("c", c));
        var trained = Assert.Throws<PplArgumentException>(() =>
        {
            using var svi = new Svi(model, guide, Objective.Elbo(), settings: new() { Reporter = ITrainingReporter.Quiet });
            svi.Fit(data, epochs: 1, batchSize: 5);
        });
        Assert.Equal(site, trained.Site);
        Assert.Contains(said, trained.Message, StringComparison.Ordinal);
        var measured = Assert.Throws<PplArgumentException>(() => { Evaluate.Bound(model, guide, data, Objective.Elbo()); });
        Assert.Equal(trained.Message[trained.Message.IndexOf(said, StringComparison.Ordinal)..], measured.Message[measured.Message.IndexOf(said, StringComparison.Ordinal)..]);
    }

    /// <summary>The probe looks at two rows: at one seed in sixteen all four values are ones that a ReLU keeps.</summary>
    [Fact]
    public void A_module_that_changes_some_values_in_place_is_found_whatever_the_draws_are()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            using var scope = NewDisposeScope();
            manual_seed(seed);
            using var model = new Hidden("in-place module");
            using var guide = model.CreateGuide();
            var data = Dataset.From("x", ("x", randn(10, 2)), ("c", randn(10, 2)));
            using var svi = new Svi(model, guide, Objective.Elbo(), settings: new() { Reporter = ITrainingReporter.Quiet });
            var fault = Assert.Throws<PplArgumentException>(() => svi.Fit(data, epochs: 1, batchSize: 5));
            Assert.Equal("z", fault.Site);
        }
    }

    /// <summary>A draw that rounding has cut off remembers another argument than its copy's: no number of particles did that.</summary>
    [Fact]
    public void Saturated_latents_are_not_taken_for_a_fault_of_the_model()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            using var scope = NewDisposeScope();
            manual_seed(seed);
            using var model = new Unscaled();
            using var guide = model.CreateGuide();
            using var svi = new Svi(model, guide, Objective.Elbo(), settings: new() { Reporter = ITrainingReporter.Quiet });
            var data = Dataset.From("x", ("x", full(20, seed % 2 == 0 ? 60 : 200)));

            // The bound itself may be infinite there, which is said as such.
            Assert.IsNotType<PplArgumentException>(Record.Exception(() => svi.Fit(data, epochs: 1, batchSize: 5)));
        }
    }

    /// <summary>
    /// Normalization of a feature that hardly varies divides the last digits by next to nothing, and a matrix product has other last digits for
    /// another number of rows.
    /// </summary>
    [Fact]
    public void Last_digits_that_a_network_enlarges_are_not_taken_for_a_fault_of_the_model()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var model = new Hidden("last digits");
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new() { Reporter = ITrainingReporter.Quiet });
        float[] before = [.. Numbers()];
        using var rows = randn(10, 2);
        using var covariates = randn(10, 2);
        Evaluate.Bound(model, guide, Dataset.From("x", ("x", rows), ("c", covariates)), Objective.Iwae(2));
        Assert.Equal(before, Numbers());
        svi.Fit(Dataset.From("x", ("x", rows), ("c", covariates)), epochs: 1, batchSize: 5);
        Assert.Equal(2, svi.Steps);

        IEnumerable<float> Numbers() => ((Module)model).parameters().SelectMany(parameter => parameter.detach().data<float>().ToArray());
    }

    [Fact]
    public void The_same_model_without_a_fault_trains()
    {
        using var scope = NewDisposeScope();
        using var model = new Hidden("");
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new() { Reporter = ITrainingReporter.Quiet });
        svi.Fit(Dataset.From("x", ("x", randn(10, 2)), ("c", randn(10, 2))), epochs: 1, batchSize: 5);
        Assert.Equal(2, svi.Steps);
    }
}

/// <summary>Data far from what the guide can reach in float32: its draws are at the ends of what the type has.</summary>
internal sealed partial class Unscaled : GenerativeModel
{
    public Unscaled() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var rows = Plate(x);
        var z = Sample(LogNormal(0, 1));
        Observe(x, Normal(z, 100));
    }
}

/// <summary>A model whose faults lie in modules, where the compiler does not look.</summary>
internal sealed partial class Hidden : GenerativeModel
{
    private readonly Module<Tensor, Tensor> latent, covariate, data, decoder, prior;

    public Hidden(string fault)
    {
        var kept = new Kept();
        var same = new Function(t => t);
        var doubled = new Function(t => t.mul_(2));
        latent = fault switch
        {
            "doubled latent" => doubled,
            "in-place module" => ReLU(inplace: true),
            "kept" => new Function(kept.Keep),
            "kept apart" => new Function(z => kept.Keep(z.detach())),
            _ => same,
        };
        covariate = fault == "doubled covariate" ? doubled : same;
        data = fault == "doubled data" ? doubled : same;
        decoder = fault switch
        {
            "noise" => new Function(t => t + randn_like(t)),
            "rows" => new Function(t => t * (10.0 / t.shape[0])),
            "centred" => new Function(t => t - t.mean([0], keepdim: true)),
            "last digits" => new LastDigits(),
            _ => same,
        };
        prior = fault switch
        {
            "prior's rows" => new Function(t => t / t.shape[0]),
            "prior's mean" => new Function(t => t.mean([0], keepdim: true).expand_as(t)),
            "kept" or "kept apart" => new Function(kept.Add),
            _ => same,
        };
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x, Tensor c)
    {
        using var rows = Plate(x, c);
        var z = Sample(Normal(0, 1).Expand(2));
        var mean = latent.call(z);
        var w = Sample(Normal(prior.call(covariate.call(c)), 1));
        Observe(x, Normal(decoder.call(mean + w), 1));
        data.call(x);
    }

    private sealed class Function(Func<Tensor, Tensor> function) : Module<Tensor, Tensor>("function")
    {
        public override Tensor forward(Tensor input) => function(input);
    }

    /// <summary>The difference of large numbers, whose sum is taken in another order where there are more than two rows.</summary>
    private sealed class LastDigits : Module<Tensor, Tensor>
    {
        private const float Far = 1000;

        private readonly TorchSharp.Modules.Parameter far = Parameter(full(1, Far));

        public LastDigits() : base("last digits") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var sum = input.shape[0] > 2 ? input + (1.25 * far) - (0.25 * far) : input + far;
            return input + ((sum - Far - input) * 300);
        }
    }

    private sealed class Kept
    {
        private Tensor? last;

        public Tensor Keep(Tensor value) => last = value.clone();

        public Tensor Add(Tensor value) => last is null || last.shape[0] != value.shape[0] ? value : value + last;
    }
}
