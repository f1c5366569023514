using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Interpretation;

/// <content>Values that results have.</content>
public sealed partial class Interpreter
{
    internal Tensor Deterministic(Tensor value, Within? within, int line, string text)
    {
        ArgumentNullException.ThrowIfNull(value);
        isInWord = true;
        var site = model.Plan.Deterministics.FirstOrDefault(at => at.Line == line && Normalize(at.DistributionText) == Normalize(text))
            ?? throw new PplArgumentException(
                $"{model.Plan.Model} records nothing at line {line} with text '{text}': the model was compiled from another source.");
        plates.Check(site, within);
        SiteShapes.CheckDeterministic(site, value, simulation.Layout);
        isInWord = false;
        trace.Record(site.Name, value);
        return value;
    }
}
