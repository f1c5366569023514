using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using Ppl.Interpretation;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Training;

/// <summary>Mistakes that end in an error of libtorch get the names of their site and tensors, and what to write.</summary>
public sealed class FaultMessageTests
{
    private static readonly SviSettings Quiet = new() { Reporter = ITrainingReporter.Quiet };

    [Fact]
    public void A_forgotten_expand()
    {
        using var scope = NewDisposeScope();
        using var model = new ForgottenExpand();
        EveryUse.Fails(model, zeros(20, 64), fault =>
        {
            Assert.IsType<PplShapeException>(fault);
            Assert.Equal("x", fault.Site);
            Assert.Matches(
                @"^x: Bernoulli\(logits: decoder\.call\(z\)\) \(line \d+\) fails: .+\. Given are z \((8|10|20)\) Float32\. "
                + @"z is one number a row: for n of them write Normal\(0, 1\)\.Expand\(n\)\.$",
                fault.Message);
            Assert.IsType<System.Runtime.InteropServices.ExternalException>(fault.InnerException);
        });
    }

    [Fact]
    public void Log_odds_given_as_probabilities()
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(1);
        using var model = new LogitsAsProbs();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: Quiet);
        using var data = Dataset.From(zeros(20, 64));
        Action[] uses = [() => svi.Fit(data, 1, 10), () => svi.Step(zeros(20, 64)), () => model.Simulate(5), () => Evaluate.PriorSamples(model, 3)];
        foreach (var use in uses)
        {
            Assert.Matches(
                @"^x: Bernoulli needs probs in \[0, 1\]; found -?\d\S* at \[\d+, \d+\]; "
                + @"did you mean logits: a network gives log-odds, of any sign and size, "
                + @"Bernoulli\(logits: \.\.\.\)$",
                Assert.Throws<PplArgumentException>(use).Message);
        }
    }

    [Fact]
    public void A_label_out_of_range_among_the_first_rows()
    {
        using var scope = NewDisposeScope();
        using var model = new Labelled();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: Quiet);
        var labels = zeros([20], ScalarType.Int64);
        labels[2] = 4;
        using var data = Dataset.From("digits", ("x", zeros(20, 6)), ("y", labels));
        const string Message = "y: data 'digits', column 'y': Categorical needs an index from 0 to 3; found 4 at [2]";
        Assert.Equal(Message, Assert.Throws<PplSupportException>(() => svi.Fit(data, 1, 10)).Message);
        Assert.Equal(Message, Assert.Throws<PplSupportException>(() => Evaluate.Bound(model, guide, data)).Message);

        // Given by hand, the step itself meets it.
        foreach (var objective in new[] { Objective.Elbo(), Objective.Iwae(3) })
        {
            svi.Objective = objective;
            var fault = Assert.ThrowsAny<PplException>(() => svi.Step(zeros(20, 6), labels));
            Assert.Equal("y", fault.Site);
            Assert.Contains("Categorical needs an index from 0 to 3; found 4 at [2]", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_index_that_is_a_covariate_out_of_range()
    {
        using var scope = NewDisposeScope();
        using var model = new Indexed();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: Quiet);
        var kinds = zeros([20], ScalarType.Int64);
        kinds[15] = 9;
        using var data = Dataset.From("kinds", ("x", zeros(20, 6)), ("kind", kinds));
        var fault = Assert.ThrowsAny<PplException>(() => svi.Fit(data, 1, 10));
        Assert.Equal("x", fault.Site);
        Assert.Contains("Int64 of 0 to 9", fault.Message, StringComparison.Ordinal);
        fault = Assert.ThrowsAny<PplException>(() => Evaluate.NegativeLogLikelihood(model, guide, data, samples: 2));
        Assert.Contains("Int64 of 0 to 9", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_data_of_another_width()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: Quiet);
        using var data = Dataset.From("pixels", ("x", zeros(20, 64)));
        using var narrow = Dataset.From("fewer pixels", ("x", zeros(20, 49)));
        const string Message = "x: the observed value has shape (8, 49) and Bernoulli has shape (8, 64): in plate 'data' of 8 rows the event of "
            + "the value is (49), that of the distribution (64). Make the two events the same.";
        Assert.Equal(
            Message.Replace("x: ", "x: held-out data 'fewer pixels': ", StringComparison.Ordinal),
            Assert.Throws<PplShapeException>(() => svi.Fit(data, 1, 10, heldOut: narrow)).Message);
        Assert.Equal(Message, Assert.Throws<PplShapeException>(() => Evaluate.Bound(model, guide, narrow)).Message);
        Assert.Equal(0, svi.Steps);
    }

    /// <summary>A covariate has no distribution to compare with; the encoder knows its width, and a network of one's own knows its own.</summary>
    [Fact]
    public void Inputs_of_another_width()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide();
        guide.Prepare(guide.Batch(zeros(4, 64)));
        var fault = Assert.Throws<PplShapeException>(() => guide.Posterior(zeros(4, 49)));
        Assert.Equal("z: its encoder was sized for inputs of 64 numbers a row, and got 49: (4, 49).", fault.Message);

        using var own = model.CreateGuide(Sequential(Linear(64, 8), ReLU()));
        own.Prepare(own.Batch(zeros(4, 64)));
        fault = Assert.Throws<PplShapeException>(() => own.Posterior(zeros(4, 49)));
        Assert.StartsWith("z: the encoder's network fails for an input of shape (4, 49), Float32: ", fault.Message, StringComparison.Ordinal);
        using var other = model.CreateGuide(Linear(49, 8));
        Assert.Throws<PplShapeException>(() => other.Prepare(other.Batch(zeros(4, 64))));
    }

    [Fact]
    public void Simulations_with_missing_covariates_or_of_other_rows()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallConditional();
        const string Missing = "SmallConditional has 1 covariates (label); 0 were given.";
        Assert.Equal(Missing, Assert.Throws<PplArgumentException>(() => Evaluate.PriorSamples(model, 4)).Message);
        Assert.Equal(Missing, Assert.Throws<PplArgumentException>(() => Interpreter.Simulate(model, [4])).Message);
        Assert.Contains("(label)", Assert.Throws<PplArgumentException>(() => Evaluate.Manifold(model, 4)).Message, StringComparison.Ordinal);
        const string Rows = "label: the covariate has shape (3, 10), but 5 rows are simulated: its leading dimension must be 5.";
        Assert.Equal(Rows, Assert.Throws<PplShapeException>(() => model.Simulate(5, zeros(3, 10))).Message);
        Assert.Equal(Rows, Assert.Throws<PplShapeException>(() => Evaluate.PriorSamples(model, 5, covariates: [zeros(3, 10)])).Message);
        Assert.Equal(Rows, Assert.Throws<PplShapeException>(() => model.Predict(new SmallConditional.Latents(zeros(5, 2)), zeros(3, 10))).Message);
        Assert.Equal(
            "label: 3 rows (shape (3, 10)), but x has 5 (shape (5, 64)); all tensors of a plate have the same rows.",
            Assert.Throws<PplShapeException>(() => model.LogJoint(new SmallConditional.Latents(zeros(5, 2)), zeros(5, 64), zeros(3, 10))).Message);
        Assert.Equal([6, 5, 64], Samples().shape);

        // Samples of a posterior bring the rows of their data.
        Tensor Samples()
        {
            using var guide = model.CreateGuide();
            guide.Prepare(guide.Batch(zeros(5, 64), zeros(5, 10)));
            return model.Predict(guide.Posterior(zeros(5, 64), zeros(5, 10), samples: 6), zeros(5, 10)).x.Value;
        }
    }

    /// <summary>Samples without their count are no rows.</summary>
    [Fact]
    public void Samples_given_as_rows()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        const string Message = "z: the value has shape (2, 4, 3), but Normal(3) in plate 'data' of 2 rows draws (2, 3).";
        Assert.Equal(Message, Assert.Throws<PplShapeException>(() => model.Predict(new SmallVae.Latents(zeros(2, 4, 3)))).Message);
        Assert.Throws<PplShapeException>(() => model.LogJoint(new SmallVae.Latents(zeros(2, 4, 3)), zeros(2, 64)));
        using var ladder = new SmallLadder();
        Assert.Throws<PplShapeException>(() => ladder.Predict(new SmallLadder.Latents([zeros(4, 2), zeros(4, 2), zeros(4, 3)])));
    }

    [Fact]
    public void Latents_of_another_type()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Int64 })
        {
            var fault = Assert.Throws<PplArgumentException>(() => model.Predict(new SmallVae.Latents(zeros(2, 3, type))));
            Assert.Equal($"z: the value is {type}, the model's parameters are Float32: give z.to(ScalarType.Float32).", fault.Message);
        }
    }

    /// <summary>Layers look at their arguments before libtorch is asked, and know no names either.</summary>
    [Fact]
    public void A_layer_that_refuses_its_input()
    {
        using var scope = NewDisposeScope();
        using var model = new AnyDecoder(Sequential(BatchNorm2d(3), Linear(3, 64)));
        EveryUse.Fails(model, zeros(20, 64), fault =>
        {
            Assert.Equal("x", fault.Site);
            Assert.Matches(
                @"^x: Bernoulli\(logits: decoder\.call\(z\)\) \(line \d+\) fails: .+ Given are z \((8|10|20), 3\) Float32\.", fault.Message);
        });

        using var other = new SmallVae();
        using var own = other.CreateGuide(BatchNorm2d(3));
        Assert.StartsWith(
            "z: the encoder's network fails for an input of shape (4, 64), Float32: ",
            Assert.ThrowsAny<PplException>(() => own.Prepare(own.Batch(zeros(4, 64)))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Covariates_of_another_width()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallConditional();
        var fault = Assert.Throws<PplShapeException>(() => Evaluate.PriorSamples(model, 4, covariates: [zeros(4, 9)]));
        Assert.Equal("x", fault.Site);
        Assert.Contains("label (4, 9) Float32, z (4, 2) Float32", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Modules_that_nobody_registered()
    {
        using var scope = NewDisposeScope();
        using var forgotten = new Unregistered(Linear(3, 64), register: false);
        Assert.Equal(
            "the module Linear in field 'decoder' of Unregistered is not registered: it would not be trained, moved or saved. "
            + "Call RegisterComponents() at the end of the constructor. To keep it out on purpose, set requires_grad of its parameters to false.",
            Assert.Throws<PplArgumentException>(() => forgotten.CreateGuide()).Message);
        using var listed = new Unregistered(null, register: true, Linear(3, 64));
        Assert.Equal(
            "the module Linear in field 'layers' of Unregistered is not registered: it would not be trained, moved or saved. "
            + "RegisterComponents() does not look into collections: hold a ModuleList or a ModuleDict. "
            + "To keep it out on purpose, set requires_grad of its parameters to false.",
            Assert.Throws<PplArgumentException>(() => listed.CreateGuide()).Message);

        using var complete = new Unregistered(Linear(3, 64), register: true);
        complete.CreateGuide().Dispose();
        var fixedNetwork = Linear(3, 64);
        foreach (var parameter in fixedNetwork.parameters()) parameter.requires_grad = false;
        using var fixedOne = new Unregistered(null, register: true, fixedNetwork);
        fixedOne.CreateGuide().Dispose();
    }

    [Fact]
    public void Encoder_networks_that_nobody_registered()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide(new Layers(Linear(64, 8), Linear(8, 8)));
        var fault = Assert.Throws<PplArgumentException>(() => guide.Prepare(guide.Batch(zeros(4, 64))));
        Assert.Contains("in field 'layers' of Layers", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_latent_that_nothing_uses_is_trained_and_measured()
    {
        using var scope = NewDisposeScope();
        using var model = new Unused();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Iwae(3, GradientForm.DoublyReparameterized), settings: Quiet);
        var x = zeros(20, 64);
        using var data = Dataset.From(x);
        svi.Fit(data, 1, 10, heldOut: data);
        Assert.Equal(["z", "w"], Evaluate.ActiveUnits(model, guide, data, samples: 2).Select(u => u.Site));
        Assert.Equal([20, 64], Evaluate.Reconstructions(model, guide, [x]).Mean.shape);
        Assert.Equal([40, 64], Evaluate.Interpolate(model, guide, [x], [x], steps: 2).Mean.shape);
    }

    [Fact]
    public void A_latent_without_event_dimensions_is_measured()
    {
        using var scope = NewDisposeScope();
        using var model = new OneNumber();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: Quiet);
        var x = rand(20, 64).round();
        using var data = Dataset.From(x);
        svi.Fit(data, 1, 10);
        var units = Assert.Single(Evaluate.ActiveUnits(model, guide, data));
        Assert.Equal(1, units.Total);
        var means = guide.z.Encode(x).Mean;
        Assert.Equal(means.var(0, unbiased: true).ToDouble(), units.Variances[0], 6);
        Assert.Equal([3, 64], Evaluate.Traverse(model, guide, [x.narrow(0, 0, 1)], "z", 0, [-1, 0, 1]).Mean.shape);
        Assert.Equal([4, 64], Evaluate.Interpolate(model, guide, [x.narrow(0, 0, 2)], [x.narrow(0, 2, 2)], steps: 2).Mean.shape);
    }

    private sealed class Layers : Module<Tensor, Tensor>
    {
        private readonly List<Module<Tensor, Tensor>> layers;

        public Layers(params Module<Tensor, Tensor>[] layers) : base(nameof(Layers))
        {
            this.layers = [.. layers];
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => layers.Aggregate(input, (value, layer) => layer.call(value));
    }
}
