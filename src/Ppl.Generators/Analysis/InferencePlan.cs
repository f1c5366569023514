using System.Text;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>A statement of the guide.</summary>
internal abstract record GuideStep;

/// <summary>Draws one latent.</summary>
/// <param name="Target">The latent, or an element of an indexed one.</param>
/// <param name="Inputs">The encoder's inputs: parameters in the order of the signature, then latents in the order of the model.</param>
/// <param name="FollowsLatents">Whether an input has a row for each particle, so that the distribution does.</param>
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

    /// <summary>What is decided about each site, in the order of the program.</summary>
    public required EquatableArray<SitePlan> Sites { get; init; }

    /// <summary>What the passes do with each parameter, in the order of the signature.</summary>
    public required EquatableArray<InputPlan> Inputs { get; init; }

    /// <summary>The parameters that are observed slice by slice.</summary>
    public required EquatableArray<SlicedData> Sliced { get; init; }

    /// <summary>Faults that analysis found.</summary>
    public required EquatableArray<Issue> Issues { get; init; }

    public ProgramSpec Program => Model.Program;

    /// <summary>Whether a full model is emitted, or only its public face.</summary>
    public bool IsSound => Model.IsSound && Issues.Count == 0;

    public IEnumerable<EncodeStep> EncodeSteps => Guide.SelectMany<GuideStep, EncodeStep>(s => s is GuideLoop loop ? loop.Body : [(EncodeStep)s]);

    /// <summary>The steps that draw a latent, or elements of it.</summary>
    public IEnumerable<EncodeStep> StepsOf(VariableSpec latent) => EncodeSteps.Where(s => s.Target.Variable == latent.Id);

    /// <summary>The guide's factor in the field's notation: <c>q(h[i] | x, h[i - 1])</c>.</summary>
    public string Factor(EncodeStep step) =>
        step.Inputs.Count == 0 ? $"q({Program.Text(step.Target)})"
            : $"q({Program.Text(step.Target)} | {string.Join(", ", step.Inputs.Select(Program.Text))})";

    public string ToText()
    {
        var text = new StringBuilder();
        text.Append("guide\n");
        foreach (var step in Guide)
        {
            if (step is GuideLoop loop)
            {
                text.Append($"  loop i from {loop.From.ToText(Program.LengthTexts)} to {loop.To.ToText(Program.LengthTexts)} step {loop.Step}\n");
                foreach (var inner in loop.Body) text.Append($"    {Factor(inner)}\n");
            }
            else if (step is EncodeStep encode)
            {
                text.Append($"  {Factor(encode)}{(encode.FollowsLatents ? "" : " once for all particles")}\n");
            }
        }

        if (MinimalLength > 0) text.Append($"  length at least {MinimalLength}\n");
        text.Append("sites\n");
        foreach (var plan in Sites)
        {
            text.Append($"  {Program.Text(plan.Site)}\n")
                .Append($"    {plan.DependsText(Program)}; {(plan.IsLocal ? "scaled with the rows of a batch" : "counted once")}\n");
            if (plan.Site.IsLatent) text.Append($"    pathwise; {(plan.Kl.ClosedForm ? "closed-form KL" : "sampled KL")}: {plan.Kl.Reason}\n");
        }

        foreach (var sliced in Sliced)
        {
            text.Append($"slices {Program.Variables[sliced.Variable].Name}: {sliced.Count.ToText(Program.LengthTexts)} of dimension ")
                .Append(sliced.Dimension).Append('\n');
        }

        foreach (var issue in Issues) text.Append(issue.ToText()).Append('\n');
        return text.ToString();
    }
}
