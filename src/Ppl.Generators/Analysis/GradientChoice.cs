using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>Which latents the gradient with respect to the guide can pass: a reparameterized draw is a differentiable function of noise and of the
/// guide's outputs (Kingma and Welling 2014, arXiv:1312.6114). The others are refused by PPL0019 until score-function gradients exist.</summary>
/// <param name="IsPathwise">For each site whether its draw has a pathwise gradient; true for observed sites.</param>
internal sealed record GradientChoice(EquatableArray<bool> IsPathwise)
{
    public static GradientChoice Of(ModelSpec model) => new(model.Sites.Select(s => !s.IsLatent || s.Family.Reparameterized).ToEquatable());

    public string ToText(ModelSpec model) =>
        string.Concat(model.Sites.Where(s => s.IsLatent).Select(s => $"{s.ToText()}: {(IsPathwise[s.Id] ? "pathwise" : "no pathwise gradient")}\n"));
}
