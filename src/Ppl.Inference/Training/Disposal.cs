using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Finds networks that have been disposed of, which torch knows only as an empty handle.</summary>
internal static class Disposal
{
    /// <summary>Refuses networks that have been disposed of.</summary>
    /// <exception cref="ObjectDisposedException">One has been; the message names it.</exception>
    public static void Refuse(GenerativeModel model, Guide guide, nn.Module? objective = null)
    {
        if (Find(model, guide, objective) is { } fault) throw fault;
    }

    /// <summary>What has been disposed of, as an exception that names it; null where nothing has.</summary>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="objective">The networks of the objective, or null.</param>
    /// <param name="inner">What it led to, or null.</param>
    public static ObjectDisposedException? Find(GenerativeModel model, Guide guide, nn.Module? objective = null, Exception? inner = null) =>
        Find(model, $"model {guide.Plan.Model}", inner) ?? Find(guide, $"guide of {guide.Plan.Model}", inner)
            ?? (objective is null ? null : Find(objective, "network of the objective", inner));

    private static ObjectDisposedException? Find(nn.Module network, string what, Exception? inner)
    {
        var parameters = network.named_parameters().ToList();
        var gone = parameters.FindAll(p => p.parameter.IsInvalid);
        if (gone.Count == 0) return null;
        return new ObjectDisposedException(
            gone.Count == parameters.Count ? $"the {what} has been disposed of." : $"parameter '{gone[0].name}' of the {what} has been disposed of.",
            inner);
    }
}
