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

    public abstract void Invoke(IReadOnlyList<Tensor> inputs);

    /// <summary>The model's statements.</summary>
    public abstract void Run(Pass pass, IReadOnlyList<Tensor?> inputs);

    /// <summary>The guide's factors in the order of drawing: the latent, and whether its factor sees each input.</summary>
    public abstract IReadOnlyList<FactorPlan> Factors { get; }
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
        foreach (var plan in model.Factors)
        {
            factors[plan.Latent] = new Factor(plan, plan.Names.Length);
            register_module(plan.Latent, factors[plan.Latent]);
        }
    }

    public Factor this[string latent] => factors[latent];

    public override IReadOnlyList<GuideStep> Steps => [.. model.Factors.Select(plan => new GuideStep(plan.Latent, plan.Names))];

    protected override void Infer(GuidePass pass)
    {
        var (sites, drawn) = (LatentSites, new Dictionary<string, Tensor>());
        foreach (var plan in model.Factors)
        {
            var q = factors[plan.Latent].Encode(plan.Inputs?.Invoke(Input, name => drawn[name]) ?? []);
            drawn[plan.Latent] = pass.Latent(sites[plan.Position], q);
        }

        Tensor Input(int index) => Plan.Inputs[index] is { HasRows: true } input
            ? pass.Repeat(input.Plates[0], pass.Input(index)) : pass.Input(index);
    }
}
