using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>The head of a factor, and where it begins.</summary>
public sealed partial class Encoder
{
    private Head NewHead(Distribution? model)
    {
        var made = family!.Create!();
        if (Posterior.InitialScale != 1)
        {
            if (!made.HasScale)
                throw new PplArgumentException($"its head {made.GetName()} has no standard deviation to start with: leave StartingAt out.", Site);
            made.InitialScale = Posterior.InitialScale;
        }

        if (Posterior.InitialLocation is not (null or 0) && !made.HasLocation)
            throw new PplArgumentException($"its head {made.GetName()} has no location to start at: leave StartingAt out.", Site);
        made.InitialLocation = Posterior.InitialLocation ?? (made.HasLocation && made is not FlowHead ? MedianOf(model) : 0);
        made.StartsLevel = Posterior is { Network: null, Hidden.Count: 0, BottomUp: null, IsPooled: false };
        if (model is not null) made.Adapt(model);
        return made;
    }

    /// <summary>
    /// The prior's median in unconstrained coordinates, or its mean where no quantile is known, if its parameters are numbers, the same for all
    /// elements; else 0.
    /// </summary>
    private static double MedianOf(Distribution? model)
    {
        if (model is null || model.EventDimensions > 0 || model.Parameters.Count == 0 || model.Parameters.Any(p => !p.Value.IsScalar)) return 0;
        if (model.ValueConstraint.Bijection is not { } map || model.Shape.Contains(0)) return 0;
        var middle = Known(() => model.InverseCdf(tensor(0.5, ScalarType.Float64))) ?? Known(() => model.Mean);
        if (middle is null) return 0;
        var location = map.Inverse(middle.to(ScalarType.Float64).reshape(-1)[0]).ToDouble();
        return double.IsFinite(location) ? location : 0;
    }

    private static Tensor? Known(Func<Tensor> moment)
    {
        try
        {
            return moment();
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
