using Ppl.Contracts;
using Ppl.Distributions;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Ppl.Inference.Tests.Plates;

/// <summary>
/// What generated code does for a model, with the model's statements written once: a test of the contract for plates that says what is meant.
/// </summary>
internal abstract class HandModel : GenerativeModel, IGeneratedModel
{
    public abstract ModelPlan Plan { get; init; }

    Ppl.Guide IGeneratedModel.CreateGuide() => new HandGuide(this);

    public HandGuide CreateGuide() => new(this);

    public JointDraw Simulate(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates) =>
        Simulated(new Simulation(this, Plan, sizes, covariates), covariates, null);

    public JointDraw Predict(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> latents, IReadOnlyList<Tensor> covariates) =>
        Simulated(new Simulation(this, Plan, sizes, covariates), covariates, latents);

    public Tensor LogJoint(IReadOnlyList<Tensor> latents, Batch batch)
    {
        var layout = new Layout(batch, 1);
        var terms = new SiteTerms(layout, TermForm.Sampled);
        Run(new Pass(layout, batch.Tensors)
        {
            OnLatent = (site, p, i) =>
            {
                terms.Given(site, p, latents[i]);
                return latents[i];
            },
            OnObserved = (site, p, x) => terms.Observed(site, p, x!),
        });
        return terms.LogJoint();
    }

    public abstract void Invoke(IReadOnlyList<Tensor> inputs);

    /// <summary>The model's statements.</summary>
    public abstract void Run(Pass pass);

    /// <summary>The guide's factors in the order of drawing: the latent, and whether its factor sees each input.</summary>
    public abstract IReadOnlyList<FactorPlan> Factors { get; }

    public SiteTerms Terms(Draws draws, TermForm form)
    {
        var terms = new SiteTerms(draws, form);
        Run(new Pass(draws.Layout, draws.Batch.Tensors)
        {
            OnLatent = (site, p, i) =>
            {
                terms.Latent(site, draws.Distributions[i], p, draws.Latents[i]);
                return draws.Latents[i];
            },
            OnObserved = (site, p, x) => terms.Observed(site, p, x!),
        });
        return terms;
    }

    private JointDraw Simulated(Simulation simulation, IReadOnlyList<Tensor> covariates, IReadOnlyList<Tensor>? given)
    {
        var (latents, observed, next) = (new List<Tensor>(), new List<Prediction>(), 0);
        var inputs = Plan.Inputs.Select(input => input.IsObserved ? null : covariates[next++]).ToList();
        Run(new Pass(simulation.Layout, inputs!)
        {
            OnLatent = (site, p, i) =>
            {
                latents.Add(simulation.Latent(site, p, given?[i]));
                return latents[^1];
            },
            OnObserved = (site, p, _) => observed.Add(simulation.Observed(site, p)),
        });
        return new JointDraw(latents, observed);
    }
}

/// <summary>One pass over a model's statements.</summary>
internal sealed class Pass(Layout layout, IReadOnlyList<Tensor> inputs)
{
    private int latents;

    public required Func<SiteInfo, Distribution, int, Tensor> OnLatent { get; init; }

    public required Action<SiteInfo, Distribution, Tensor?> OnObserved { get; init; }

    public Layout Layout => layout;

    /// <summary>A parameter as statements read it: K·B rows.</summary>
    public Tensor Input(int index) => layout.Plan.Inputs[index] is { HasRows: true } input
        ? layout.Rows(input.Plates[0]).Repeat(inputs[index]) : inputs[index];

    public Tensor Latent(SiteInfo site, Distribution p) => OnLatent(site, p, latents++);

    public void Observed(SiteInfo site, Distribution p, int input) => OnObserved(site, p, inputs[input]);
}

/// <summary>q(latent | inputs) = N(Σ w_i input_i + c, exp(s)²).</summary>
/// <param name="Latent">The latent.</param>
/// <param name="Position">Its place in the model.</param>
/// <param name="Shape">The shape of c and s: the whole value outside rows, else one row's.</param>
/// <param name="Inputs">Reads the inputs from data, repeated to K·B rows, and from the latents drawn before.</param>
/// <param name="Names">Their names.</param>
internal sealed record FactorPlan(
    string Latent, int Position, long[] Shape, Func<Func<int, Tensor>, Func<string, Tensor>, Tensor[]>? Inputs = null, params string[] Names);

/// <summary>A factor's parameters.</summary>
internal sealed class Factor : nn.Module
{
    public Factor(FactorPlan plan, int inputs) : base("Factor")
    {
        Weights = new Parameter(zeros([inputs], ScalarType.Float64));
        Offset = new Parameter(zeros(plan.Shape, ScalarType.Float64));
        LogScale = new Parameter(zeros(plan.Shape, ScalarType.Float64));
        RegisterComponents();
    }

    public Parameter Weights { get; }

    public Parameter Offset { get; }

    public Parameter LogScale { get; }

    /// <summary>Sets the parameters: the weights, the offset and the scale.</summary>
    public void Set(double[] weights, Tensor offset, double scale)
    {
        using var grad = no_grad();
        if (weights.Length > 0) Weights.copy_(tensor(weights, ScalarType.Float64));
        Offset.copy_(offset);
        LogScale.fill_(Math.Log(scale));
    }

    public Normal Encode(Tensor[] inputs)
    {
        var loc = (Tensor)Offset;
        for (var i = 0; i < inputs.Length; i++) loc = loc + (Weights[i] * inputs[i]);
        return Normal.FromLogScale(loc, LogScale.expand(loc.shape));
    }
}

/// <summary>The guide of a model written by hand.</summary>
internal sealed class HandGuide : Guide
{
    private readonly HandModel model;
    private readonly Dictionary<string, Factor> factors = [];

    public HandGuide(HandModel model) : base(model)
    {
        this.model = model;
        foreach (var plan in model.Factors) factors[plan.Latent] = Register(plan.Latent, new Factor(plan, plan.Names.Length));
    }

    public Factor this[string latent] => factors[latent];

    public override IReadOnlyList<GuideStep> Steps => [.. model.Factors.Select(plan => new GuideStep(plan.Latent, plan.Names))];

    protected override Draws DrawOnce(Batch batch, Layout layout, IReadOnlyList<Tensor?>? given)
    {
        var (latents, distributions) = (new Tensor[model.Factors.Count], new Distribution[model.Factors.Count]);
        var drawn = new Dictionary<string, Tensor>();
        var pass = new Pass(layout, batch.Tensors) { OnLatent = (_, _, _) => null!, OnObserved = (_, _, _) => { } };
        foreach (var plan in model.Factors)
        {
            var q = factors[plan.Latent].Encode(plan.Inputs?.Invoke(pass.Input, name => drawn[name]) ?? []);
            (distributions[plan.Position], latents[plan.Position]) = (q, given?[plan.Position] ?? q.RSample());
            drawn[plan.Latent] = latents[plan.Position];
        }

        return new Draws(this, batch, layout, latents, distributions);
    }

    protected override SiteTerms TermsOnce(Draws draws, TermForm form) => model.Terms(draws, form);

    protected override void PrepareEncoders(Batch batch)
    {
    }
}
