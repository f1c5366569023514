using Ppl.Interpretation;

namespace Ppl.Contracts;

/// <summary>
/// Compares what the model's sites are computed from in a run of the user's own method with what the compiler read in its text. A value that comes
/// by a way which the compiler does not follow, as through a field of a module that keeps it, would make another guide than the model's, and
/// predictions at set values that do not follow them.
/// </summary>
internal static class EdgeCheck
{
    /// <summary>Of an array of sites so many elements are looked at: all of them are drawn by the same statements.</summary>
    private const int Elements = 8;

    /// <summary>Runs the model at some draws.</summary>
    /// <param name="draws">One particle of the guide.</param>
    /// <exception cref="PplArgumentException">A site follows a latent that the compiled plan does not know of; the message names both.</exception>
    public static void Run(Draws draws)
    {
        var guide = draws.Guide;
        var latents = guide.LatentNames.Zip(draws.Latents).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach (var found in Interpreter.Follow(guide.Model, draws.Batch, latents, Elements))
        {
            if (found.Parents?.FirstOrDefault(parent => !found.Site.Parents.Contains(SiteInfo.Split(parent).Variable)) is not { } hidden) continue;
            throw new PplArgumentException(
                $"it is computed from '{hidden}' by a way that the compiler does not see, such as a value that a module or a field keeps, or a "
                + $"tensor changed in place by a method: its compiled plan has {Declared(found.Site)}. Write the dependence in the model's own "
                + "statements: give the value as an argument, or keep it in a local.",
                found.Name);
        }
    }

    private static string Declared(SiteInfo site) => site.Parents.Count == 0 ? "no latent before it"
        : $"only {string.Join(", ", site.Parents.Select(parent => $"'{parent}'"))} before it";
}
