using System.Text;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>A statement of the guide.</summary>
internal abstract record GuideStep;

/// <summary>Draws one latent.</summary>
/// <param name="Target">The latent, or an element of an indexed one.</param>
/// <param name="Inputs">The encoder's inputs: parameters in the order of the signature, then latents in the order of the model.</param>
/// <param name="FollowsLatents">Whether an input is a latent, so that the distribution has K·B rows.</param>
internal sealed record EncodeStep(Read Target, EquatableArray<Read> Inputs, bool FollowsLatents) : GuideStep;

/// <summary>Draws elements of indexed latents in a loop of the guide.</summary>
/// <param name="From">The first index.</param>
/// <param name="To">The bound, exclusive.</param>
/// <param name="Step">1 or -1.</param>
/// <param name="Body">What each round draws; indices with a loop variable count from the round's.</param>
internal sealed record GuideLoop(IndexSpec From, IndexSpec To, int Step, EquatableArray<EncodeStep> Body) : GuideStep
{
    /// <summary>Stands for the guide loop's variable in an index.</summary>
    public const int LoopVariable = 0;
}

/// <summary>All that the compiler decided about a model: what emission prints.</summary>
internal sealed record InferencePlan
{
    public required ModelSpec Model { get; init; }

    /// <summary>The guide, in the order of its draws.</summary>
    public required EquatableArray<GuideStep> Guide { get; init; }

    /// <summary>The shortest length at which the guide's loops are the inverse; 0 without loops.</summary>
    public required int MinimalLength { get; init; }

    /// <summary>For each site whether its distribution begins with the plate's rows.</summary>
    public required EquatableArray<bool> IsPlated { get; init; }

    /// <summary>For each site how its divergence is computed.</summary>
    public required EquatableArray<KlDecision> Kl { get; init; }

    /// <summary>Faults that analysis found.</summary>
    public required EquatableArray<Issue> Issues { get; init; }

    /// <summary>Whether a full model is emitted, or only its public face.</summary>
    public bool IsSound => Model.Issues.Count == 0 && Model.CompilerError.Length == 0 && Issues.Count == 0;

    public IEnumerable<EncodeStep> EncodeSteps => Guide.SelectMany<GuideStep, EncodeStep>(s => s is GuideLoop loop ? loop.Body : [(EncodeStep)s]);

    /// <summary>The variables that any encoder of a latent reads, for its documentation.</summary>
    public IEnumerable<EncodeStep> StepsOf(VariableSpec latent) => EncodeSteps.Where(s => s.Target.Variable == latent.Id);

    /// <summary>The guide's factor in the field's notation: <c>q(h[i] | x, h[i - 1])</c>.</summary>
    public string Factor(EncodeStep step) =>
        step.Inputs.Count == 0 ? $"q({Text(step.Target)})" : $"q({Text(step.Target)} | {string.Join(", ", step.Inputs.Select(Text))})";

    public string Text(Read read) => Model.Variables[read.Variable].Name + (read.Index is null ? "" : $"[{read.Index.ToText(Model.Length)}]");

    public string ToText()
    {
        var text = new StringBuilder();
        text.Append("guide\n");
        foreach (var step in Guide)
        {
            if (step is GuideLoop loop)
            {
                text.Append($"  loop i from {loop.From.ToText(Model.Length)} to {loop.To.ToText(Model.Length)} step {loop.Step}\n");
                foreach (var inner in loop.Body) text.Append($"    {Factor(inner)}\n");
            }
            else if (step is EncodeStep encode)
            {
                text.Append($"  {Factor(encode)}{(encode.FollowsLatents ? "" : " once for all particles")}\n");
            }
        }

        if (MinimalLength > 0) text.Append($"  length at least {MinimalLength}\n");
        text.Append("sites\n");
        foreach (var site in Model.Sites)
        {
            text.Append($"  {site.ToText()}\n    {(IsPlated[site.Id] ? "plated" : "the same for every row")}\n");
            if (site.IsLatent) text.Append($"    pathwise; {(Kl[site.Id].ClosedForm ? "closed-form KL" : "sampled KL")}: {Kl[site.Id].Reason}\n");
        }

        foreach (var issue in Issues) text.Append(issue.ToText()).Append('\n');
        return text.ToString();
    }
}
