using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Finds what is not finite in what training keeps: weights, what the optimizer remembers of them, running statistics.</summary>
internal static class StateCheck
{
    /// <summary>The first trained parameter that is not finite, with its first bad value; null where all are.</summary>
    public static string? BadParameter(TrainedNetworks networks)
    {
        using var scope = NewDisposeScope();
        return NamedParameter.Of(networks).Where(p => p.IsTrained).Select(Fault).FirstOrDefault(fault => fault is not null);
    }

    /// <summary>The first fault of the whole state; null where there is none.</summary>
    public static string? Fault(ParameterUpdater updater, NormStatistics norms)
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in updater.Parameters.Where(p => p.IsTrained))
        {
            if (Fault(parameter) is { } fault) return fault;
            foreach (var (name, value) in updater.Memory(parameter))
            {
                if (Fault(value, $"{name}, which {updater.Name} keeps for {parameter},") is { } memory) return memory;
            }
        }

        return norms.NotFinite() is { } layer ? $"the running statistics of {layer} are not finite" : null;
    }

    private static string? Fault(NamedParameter parameter) => Fault(parameter.Value, $"parameter {parameter}");

    private static string? Fault(Tensor tensor, string what) => ValueCheck.Finite(tensor, "value", $"{what} is not finite")?.Message;
}
